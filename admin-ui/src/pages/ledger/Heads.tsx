import { Alert, Button, Code, Modal, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { Reply } from '../../api/client';
import { useOp } from '../../api/queries';
import { Id } from '../../components/Copy';
import { Panel } from '../../components/Panel';
import { Rows } from '../../components/Rows';
import { Failure, Loading } from '../../components/States';
import { Time } from '../../components/Time';
import { count, many } from '../../text/format';

type Head = Reply<'ledger.head'>['logs'][number];

/** Signed heads of the logs, and how far the peers have cosigned them. */
export function Heads({ peer }: { peer: string | undefined }) {
  const [shown, setShown] = useState<Head>();
  const { data, error, refetch } = useOp('ledger.head', peer === undefined ? {} : { peer });
  if (error !== null && data === undefined) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const behind = data.logs.filter(({ size, cosigned }) => cosigned !== null && cosigned.size < size);
  return (
    <>
      {behind.length > 0 && (
        <Alert mb="md" color="blue">
          {many(behind.length, 'peer has', 'peers have')} not cosigned the newest entries yet: that happens with the
          next message between you.
        </Alert>
      )}
      <Panel
        title="Heads"
        about="The root of the tree over all entries, signed. A cosignature says: I saw the same."
        flush
      >
        <Rows
          rows={data.logs}
          keyOf={({ origin }) => origin}
          label="Heads"
          minWidth={860}
          columns={[
            {
              head: 'Log',
              cell: (one) => (
                <Text size="sm" fw={550} className="cf-name">
                  {one.origin}
                </Text>
              ),
            },
            { head: 'Entries', right: true, width: 90, cell: ({ size }) => count(size) },
            { head: 'Root', width: 210, cell: ({ root }) => <Id of={root} what="root" most={18} /> },
            {
              head: 'Cosigned',
              width: 270,
              cell: ({ cosigned, size }) =>
                cosigned === null ? (
                  <Text size="sm" c="dimmed">
                    by nobody
                  </Text>
                ) : (
                  <Text size="sm" className="cf-name">
                    {cosigned.size === size && (
                      <IconCircleCheck size={14} color="var(--cf-good)" aria-hidden style={{ verticalAlign: -2 }} />
                    )}{' '}
                    by {cosigned.by} at {many(cosigned.size, 'entry', 'entries')}, <Time at={cosigned.at} />
                  </Text>
                ),
            },
            {
              head: 'Checkpoint',
              width: 110,
              cell: (one) =>
                one.checkpoint !== null && (
                  <Button size="compact-xs" variant="subtle" onClick={() => setShown(one)}>
                    Show
                  </Button>
                ),
            },
          ]}
        />
      </Panel>
      <Modal opened={shown !== undefined} onClose={() => setShown(undefined)} title="Checkpoint">
        <Text size="sm" c="dimmed" mb="xs">
          A signed note (C2SP). Whoever has it can hold this gateway to it.
        </Text>
        <Code block>{shown?.checkpoint}</Code>
      </Modal>
    </>
  );
}
