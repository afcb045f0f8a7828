import { Accordion, Badge, Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useDo, useOp } from '../../api/queries';
import { useMay } from '../../app/session';
import { Rules } from '../../components/Checks';
import { Panel } from '../../components/Panel';
import { Failure } from '../../components/States';
import { many } from '../../text/format';

/** What each side needs of datasets, before and beside offers. */
export function Needs() {
  const may = useMay();
  const [writing, setWriting] = useState<{ peer: string; dataset: string; text: string }>();
  const { data } = useOp('requirements.list', {});
  const all = data?.requirements ?? [];
  return (
    <Panel
      title="Requirements"
      about="What a consumer needs of a dataset. They are joined with the provider's contract; the stricter rule counts."
      actions={
        may('requirements.set') && (
          <Button variant="light" size="compact-md" onClick={() => setWriting({ peer: '', dataset: '', text: START })}>
            State requirements
          </Button>
        )
      }
    >
      {all.length === 0 ? (
        <Text size="sm" c="dimmed">
          None stated. A consumer states them in the words of the Open Data Contract Standard.
        </Text>
      ) : (
        <Accordion chevronPosition="left">
          {all.map((one) => (
            <Accordion.Item key={`${one.by} ${one.peer} ${one.dataset}`} value={`${one.by} ${one.peer} ${one.dataset}`}>
              <Accordion.Control>
                <Group gap="xs">
                  <Badge color={one.by === 'us' ? 'blue' : 'gray'}>{one.by === 'us' ? 'ours' : 'theirs'}</Badge>
                  <Text size="sm" className="cf-name">
                    {one.by === 'us' ? `of ${one.dataset} from ${one.peer}` : `${one.peer} of ${one.dataset}`}:{' '}
                    {many(one.rules.length, 'check')}
                  </Text>
                </Group>
              </Accordion.Control>
              <Accordion.Panel>
                <Stack>
                  <Rules rules={one.rules} />
                  {one.own.length > 0 && (
                    <>
                      <Text size="sm" fw={550}>
                        Only here, never told to the provider
                      </Text>
                      <Rules rules={one.own} />
                    </>
                  )}
                  {one.by === 'us' && may('requirements.set') && (
                    <Button
                      w="fit-content"
                      size="compact-sm"
                      variant="default"
                      onClick={() => setWriting({ peer: one.peer, dataset: one.dataset, text: one.text ?? '' })}
                    >
                      Change them
                    </Button>
                  )}
                </Stack>
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
      <Modal opened={writing !== undefined} onClose={() => setWriting(undefined)} title="Requirements" size="xl">
        {writing !== undefined && <Write start={writing} close={() => setWriting(undefined)} />}
      </Modal>
    </Panel>
  );
}

const START = `kind: DataContract
apiVersion: v3.1.0
id: requirements
version: 1.0.0
status: active
schema:
  - name: flights
    properties:
      - name: delay
        logicalType: integer
        required: true
`;

function Write({ start, close }: { start: { peer: string; dataset: string; text: string }; close: () => void }) {
  const set = useDo('requirements.set');
  const [peer, setPeer] = useState(start.peer);
  const [dataset, setDataset] = useState(start.dataset);
  const [text, setText] = useState(start.text);
  const check = useOp('contract.check', { contract: text }, { keep: true });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        set.mutate({ peer: peer.trim(), dataset: dataset.trim(), contract: text }, { onSuccess: close });
      }}
    >
      <Stack>
        <Group grow>
          <TextInput label="Peer" required value={peer} onChange={(event) => setPeer(event.currentTarget.value)} />
          <TextInput
            label="Dataset"
            required
            value={dataset}
            onChange={(event) => setDataset(event.currentTarget.value)}
          />
        </Group>
        <Textarea
          label="Requirements (ODCS)"
          required
          autosize
          minRows={10}
          maxRows={20}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          classNames={{ input: 'cf-mono' }}
          error={check.data?.faults
            .slice(0, 4)
            .map(({ line, message }) => `Line ${line}: ${message}`)
            .join(' ')}
        />
        {check.data?.ok === true && <Rules rules={check.data.rules} />}
        {set.error !== null && <Failure error={set.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={set.isPending} disabled={check.data?.ok === false}>
            State them
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
