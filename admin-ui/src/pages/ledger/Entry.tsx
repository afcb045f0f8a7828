import { Code, Drawer, List, ScrollArea, Stack, Tabs, Text } from '@mantine/core';
import { useOp } from '../../api/queries';
import { Id } from '../../components/Copy';
import { Facts } from '../../components/Panel';
import { Failure, Loading } from '../../components/States';
import { Time } from '../../components/Time';
import { many } from '../../text/format';
import { sentence } from './words';

/** One entry: in words, in its fields, in its bytes, with the proof that it is in the tree. */
export function Entry({ peer, seq, close }: { peer: string | undefined; seq: number | undefined; close: () => void }) {
  const { data, error } = useOp(
    'ledger.show',
    { seq: seq ?? 0, ...(peer !== undefined && { peer }) },
    {
      enabled: seq !== undefined,
    },
  );
  const fields = Object.entries(fieldsOf(data?.entry ?? {}));
  return (
    <Drawer opened={seq !== undefined} onClose={close} title={`Entry ${seq ?? ''}`} position="right" size="lg">
      {error !== null && <Failure error={error} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <Stack>
          <Text className="cf-name">{sentence(data.type, data.entry)}</Text>
          <Tabs defaultValue="words">
            <Tabs.List mb="sm">
              <Tabs.Tab value="words">In words</Tabs.Tab>
              <Tabs.Tab value="raw">Raw</Tabs.Tab>
              <Tabs.Tab value="proof">Proof</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="words">
              <Facts
                of={[
                  ['When', <Time key="t" at={data.ts} exact />],
                  ['Type', data.type],
                  ['By', data.actor],
                  ['Log', data.log],
                  ...fields.map(([name, value]) => [name, text(value)] as const),
                ]}
              />
            </Tabs.Panel>
            <Tabs.Panel value="raw">
              <ScrollArea.Autosize mah="60vh" type="auto" viewportProps={{ tabIndex: 0 }}>
                <Code block>{JSON.stringify(data.entry, null, 2)}</Code>
              </ScrollArea.Autosize>
            </Tabs.Panel>
            <Tabs.Panel value="proof">
              <Stack gap="sm">
                <Text size="sm" c="dimmed">
                  The leaf, hashed with these {many(data.proof.length, 'node')} in order, gives the root of the tree of{' '}
                  {many(data.size, 'entry', 'entries')} (RFC 6962).
                </Text>
                <Facts
                  of={[
                    ['Leaf', <Id key="l" of={data.leaf} what="leaf" most={40} />],
                    ['Root', <Id key="r" of={data.root} what="root" most={40} />],
                  ]}
                />
                <List type="ordered" size="sm">
                  {data.proof.map((node) => (
                    <List.Item key={node}>
                      <Id of={node} what="node" most={40} />
                    </List.Item>
                  ))}
                </List>
              </Stack>
            </Tabs.Panel>
          </Tabs>
        </Stack>
      )}
    </Drawer>
  );
}

const SHOWN = new Set(['v', 'log', 'seq', 'ts', 'type', 'actor', 'prev']);

const fieldsOf = (entry: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(entry).filter(([name]) => !SHOWN.has(name)));

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
