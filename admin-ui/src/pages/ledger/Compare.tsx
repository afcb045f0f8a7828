import { Alert, Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconArrowsDiff } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Reply } from '../../api/client';
import { useDo } from '../../api/queries';
import { Facts, Panel } from '../../components/Panel';
import { Rows } from '../../components/Rows';
import { Empty, Failure } from '../../components/States';
import { count, many } from '../../text/format';

type Compared = Reply<'ledger.compare'>;
type Subject = Compared['subjects'][number];

const VERDICTS: Record<Subject['verdict'], { color: string; text: string }> = {
  same: { color: 'green', text: 'both say the same' },
  ours: { color: 'orange', text: 'only here' },
  theirs: { color: 'orange', text: 'only at the peer' },
  differs: { color: 'red', text: 'they differ' },
};

/** The log kept here of a relation beside the one that the peer keeps. */
export function Compare({ peer }: { peer: string | undefined }) {
  const compare = useDo('ledger.compare');
  if (peer === undefined)
    return (
      <Empty icon={IconArrowsDiff} title="Choose a peer">
        Both sides keep a log of their relation. Choose a peer above, to see both beside each other.
      </Empty>
    );
  const { data } = compare;
  const shown = data?.peer === peer ? data : undefined;
  return (
    <>
      <Panel
        title={`Both logs with ${peer}`}
        about="Heads are exchanged first. What the peer has shown of its log is signed by it: it cannot take it back."
        actions={
          <Button loading={compare.isPending} onClick={() => compare.mutate({ peer })}>
            Compare now
          </Button>
        }
      >
        {compare.error !== null && <Failure error={compare.error} />}
        {shown === undefined ? (
          <Text size="sm" c="dimmed">
            Nothing was compared yet.
          </Text>
        ) : (
          <Stack>
            {shown.missed !== null && (
              <Alert color="orange" title="The peer could not be asked now: this is what it had shown before">
                <span className="cf-name">{shown.missed}</span>
              </Alert>
            )}
            <Facts
              of={[
                ['Kept here', `${many(shown.ours.size, 'entry', 'entries')}, ${seen(shown)}`],
                [
                  'Kept there',
                  `${many(shown.theirs.size, 'entry', 'entries')}, ${count(shown.theirs.shown)} shown to us`,
                ],
                [
                  'In agreement',
                  `${count(shown.same)} of ${many(shown.subjects.length, 'agreement or transfer', 'agreements and transfers')}`,
                ],
              ]}
            />
          </Stack>
        )}
      </Panel>
      {shown !== undefined && shown.subjects.length > 0 && (
        <Panel title="One by one" flush>
          <Rows
            rows={[...shown.subjects].sort((a, b) => Number(a.verdict === 'same') - Number(b.verdict === 'same'))}
            keyOf={({ id }) => id}
            label="What both sides say"
            minWidth={860}
            columns={[
              {
                head: 'About',
                cell: ({ kind, id, dataset }) => (
                  <Anchor component={Link} href={`/${kind}s/${encodeURIComponent(id)}`} size="sm" className="cf-name">
                    {kind} of {dataset ?? id}
                  </Anchor>
                ),
              },
              {
                head: 'Verdict',
                width: 190,
                cell: ({ verdict, differs }) => (
                  <Group gap={6}>
                    <Badge color={VERDICTS[verdict].color}>{VERDICTS[verdict].text}</Badge>
                    {differs.length > 0 && (
                      <Text size="xs" className="cf-mono">
                        {differs.join(', ')}
                      </Text>
                    )}
                  </Group>
                ),
              },
              { head: 'Entries here', cell: ({ ours }) => <Steps of={ours} /> },
              { head: 'Entries there', cell: ({ theirs }) => <Steps of={theirs} /> },
            ]}
          />
        </Panel>
      )}
    </>
  );
}

const seen = ({ ours }: Compared): string =>
  ours.seen === null
    ? 'none cosigned by the peer yet'
    : ours.seen >= ours.size
      ? 'all cosigned by the peer'
      : `${count(ours.seen)} cosigned by the peer`;

function Steps({ of }: { of: Subject['ours'] }) {
  if (of.length === 0)
    return (
      <Text size="sm" c="dimmed">
        none
      </Text>
    );
  return (
    <Text size="xs" className="cf-mono">
      {of.map(({ type }) => type.replace(/^(transfer|agreement)\./, '')).join(', ')}
    </Text>
  );
}
