import { Alert, Button, Grid, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { lazy, Suspense, useState } from 'react';
import type { Reply } from '../../api/client';
import { useDo, useOp } from '../../api/queries';
import { useMay } from '../../app/session';
import { Rules } from '../../components/Checks';
import { Panel } from '../../components/Panel';
import { Failure, Loading } from '../../components/States';
import { many } from '../../text/format';
import { ContractForm } from './ContractForm';

const Yaml = lazy(() => import('./Yaml').then((part) => ({ default: part.Yaml })));

/** The contract as a form and as text, judged while one types. */
export function Contract({ name }: { name: string }) {
  const { data, error, refetch } = useOp('contract.show', { name });
  if (error !== null && data === undefined) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  return <Shown name={name} now={data} />;
}

/** Holds on to what is being edited when somebody else saves another contract meanwhile. */
function Shown({ name, now }: { name: string; now: Reply<'contract.show'> }) {
  const [start, setStart] = useState(now);
  const [own, setOwn] = useState(false);
  if (own && now.digest !== start.digest) {
    setStart(now);
    setOwn(false);
  }
  return (
    <>
      {now.digest !== start.digest && (
        <Alert color="orange" title="Somebody else has saved another contract meanwhile" mb="md">
          <Group justify="space-between">
            <Text size="sm">What you have changed is still here, but cannot be saved over theirs.</Text>
            <Button size="compact-sm" variant="light" color="orange" onClick={() => setStart(now)}>
              Show theirs
            </Button>
          </Group>
        </Alert>
      )}
      <Editor
        key={start.digest}
        name={name}
        saved={start.contract}
        digest={start.digest}
        savedNow={() => setOwn(true)}
      />
    </>
  );
}

const empty = (name: string): string => `kind: DataContract
apiVersion: v3.1.0
id: ${name}
version: 1.0.0
status: active
schema:
  - name: ${name}
    properties: []
`;

interface EditorProps {
  name: string;
  saved: string | null;
  digest: string | null;
  savedNow: () => void;
}

function Editor({ name, saved, digest, savedNow }: EditorProps) {
  const may = useMay();
  const set = useDo('contract.set');
  const [text, setText] = useState(saved ?? empty(name));
  const [mode, setMode] = useState('form');
  const [settled] = useDebouncedValue(text, 200);
  const check = useOp('contract.check', { contract: settled, dataset: name }, { keep: true });
  const isMine = may('contract.set');
  const result = check.data;
  const save = () => {
    const onSuccess = () => {
      savedNow();
      notifications.show({ color: 'green', message: 'The contract counts for offers from now on.' });
    };
    set.mutate({ name, contract: text, replaces: digest }, { onSuccess });
  };
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Panel
          title="Contract"
          about="Open Data Contract Standard. Agreements that are signed keep what was signed."
          actions={
            <SegmentedControl
              size="xs"
              aria-label="How to edit"
              value={mode}
              onChange={setMode}
              data={[
                { value: 'form', label: 'Form' },
                { value: 'yaml', label: 'YAML' },
              ]}
            />
          }
        >
          <Stack>
            {mode === 'form' ? (
              <ContractForm name={name} text={text} document={result?.document} change={setText} readOnly={!isMine} />
            ) : (
              <Suspense fallback={<Loading />}>
                <Yaml text={text} change={setText} faults={result?.faults ?? []} readOnly={!isMine} />
              </Suspense>
            )}
            {set.error !== null && <Failure error={set.error} />}
            {isMine && (
              <Group justify="flex-end">
                {text !== (saved ?? '') && saved !== null && (
                  <Button variant="default" onClick={() => setText(saved)}>
                    Undo all
                  </Button>
                )}
                <Button
                  loading={set.isPending}
                  disabled={result?.ok === false || text === saved || settled !== text}
                  onClick={save}
                >
                  Save the contract
                </Button>
              </Group>
            )}
          </Stack>
        </Panel>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Panel title="What it means">
          {check.error !== null && <Failure error={check.error} />}
          <Stack gap="sm" role="status">
            {result?.faults.map((fault) => (
              <Alert
                key={`${fault.line} ${fault.path} ${fault.message}`}
                color="red"
                title={`Line ${fault.line}`}
                p="xs"
              >
                <Text size="sm" className="cf-name">
                  {fault.message}
                </Text>
              </Alert>
            ))}
            {result?.ok === true && (
              <>
                <Text size="sm" c="dimmed">
                  Sound: {many(result.rules.length, 'check')}.
                </Text>
                <Rules rules={result.rules} />
              </>
            )}
            {result !== undefined && result.notEvaluated.length > 0 && (
              <Alert color="blue" title="No check looks at these" p="xs">
                {result.notEvaluated.slice(0, 12).map((one) => (
                  <Text size="xs" key={`${one.line} ${one.path}`} className="cf-name">
                    Line {one.line}: {one.reason}
                  </Text>
                ))}
              </Alert>
            )}
          </Stack>
        </Panel>
      </Grid.Col>
    </Grid>
  );
}
