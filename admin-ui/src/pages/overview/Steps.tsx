import { Box, Button, Card, Group, SimpleGrid, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Reply } from '../../api/client';
import { useMay } from '../../app/session';
import { Reach } from '../../components/Reach';
import { InviteDialog } from '../peers/InviteDialog';

type Counts = Reply<'overview.show'>['steps'];

/** The way of a new gateway to its first delivery; steps that are done are ticked. */
export function Steps({ steps }: { steps: Counts }) {
  const may = useMay();
  const [inviting, setInviting] = useState(false);
  const all = [
    {
      title: 'Be reachable',
      text: 'Peers dial the address that the gateway tells them. See whether it answers.',
      done: steps.active > 0,
      act: <Reach />,
    },
    {
      title: 'Meet a peer',
      text: 'Make an invite, or paste the one you got. Then compare six words on the phone.',
      done: steps.active > 0,
      act: may('invite.create') && (
        <Button variant={steps.peers === 0 ? 'filled' : 'light'} onClick={() => setInviting(true)}>
          Invite or accept
        </Button>
      ),
    },
    {
      title: 'Add a dataset',
      text: 'A file, a folder, an object store or a database. Nothing leaves until an agreement allows it.',
      done: steps.versions > 0,
      act: may('dataset.add') && (
        <Button component={Link} href="/datasets?add" variant="light">
          {steps.datasets === 0 ? 'Add a dataset' : 'Publish a version'}
        </Button>
      ),
    },
    {
      title: 'Agree and deliver',
      text: 'Choose for each column: keep, drop, mask, encrypt. Both sides sign, then rows flow.',
      done: steps.delivered > 0,
      act: may('agreement.offer') && (
        <Button component={Link} href={steps.agreements === 0 ? '/agreements/new' : '/agreements'} variant="light">
          {steps.agreements === 0 ? 'Make an offer' : 'Agreements'}
        </Button>
      ),
    },
  ];
  return (
    <Card mb="md" component="section" aria-label="First steps">
      <Title order={2}>First steps</Title>
      <Text size="sm" c="dimmed" mb="md">
        From here to the first delivery takes a few minutes.
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2, xl: 4 }} spacing="lg">
        {all.map(({ title, text, done, act }, at) => (
          <Group key={title} align="flex-start" wrap="nowrap" gap="sm">
            <ThemeIcon radius="xl" size={28} variant={done ? 'filled' : 'light'} color={done ? 'green' : undefined}>
              {done ? <IconCheck size={16} aria-label="done" /> : at + 1}
            </ThemeIcon>
            <Box miw={0}>
              <Text fw={600}>{title}</Text>
              <Text size="sm" c="dimmed" mb="xs">
                {text}
              </Text>
              {act}
            </Box>
          </Group>
        ))}
      </SimpleGrid>
      {may('invite.create') && <InviteDialog opened={inviting} close={() => setInviting(false)} />}
    </Card>
  );
}
