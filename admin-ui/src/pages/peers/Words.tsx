import { Alert, Button, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconClock } from '@tabler/icons-react';
import type { Reply } from '../../api/client';
import { useDo } from '../../api/queries';
import { useMay } from '../../app/session';
import { Panel } from '../../components/Panel';
import { Failure } from '../../components/States';

/** The six words, to be compared over another way; confirming them is what makes a peer a peer. */
export function Words({ peer, decline }: { peer: Reply<'peer.show'>; decline: () => void }) {
  const may = useMay();
  const confirm = useDo('peer.confirm');
  if (peer.words === null || peer.state !== 'enrolled') return null;
  return (
    <Panel
      title="Compare these six words"
      about={
        <>
          Call somebody at <span className="cf-name">{peer.name}</span> whose voice you know. They see the same words,
          in the same order, or somebody sits between you.
        </>
      }
    >
      <Stack>
        <SimpleGrid cols={{ base: 2, xs: 3, md: 6 }} spacing="sm" component="ol" className="cf-list">
          {peer.words.split(' ').map((word, at) => (
            <Paper key={word} component="li" withBorder p="sm" ta="center">
              <Text size="xs" c="dimmed">
                {at + 1}
              </Text>
              <Text fw={650} size="lg">
                {word}
              </Text>
            </Paper>
          ))}
        </SimpleGrid>
        <Group gap="lg">
          <Side name="Here" isDone={peer.confirmedHere} />
          <Side name={`At ${peer.id}`} isDone={peer.confirmedThere} />
        </Group>
        {confirm.error !== null && <Failure error={confirm.error} />}
        {!peer.confirmedHere && may('peer.confirm') && (
          <Group>
            <Button
              loading={confirm.isPending}
              onClick={() => confirm.mutate({ id: peer.id, words: peer.words ?? '' })}
            >
              They are the same
            </Button>
            <Button variant="light" color="red" onClick={decline}>
              They differ
            </Button>
          </Group>
        )}
        {peer.confirmedHere && !peer.confirmedThere && (
          <Alert color="blue">You have confirmed. The other side has not yet: it sees the same words.</Alert>
        )}
      </Stack>
    </Panel>
  );
}

const Side = ({ name, isDone }: { name: string; isDone: boolean }) => (
  <Group gap={6}>
    {isDone ? (
      <IconCircleCheck size={18} color="var(--cf-good)" aria-hidden />
    ) : (
      <IconClock size={18} color="var(--cf-warn)" aria-hidden />
    )}
    <Text size="sm" className="cf-name">
      {name}: {isDone ? 'confirmed' : 'not yet confirmed'}
    </Text>
  </Group>
);
