import { Alert, Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Reply } from '../../api/client';
import { useDo, useOp } from '../../api/queries';
import { useMay } from '../../app/session';
import { Panel } from '../../components/Panel';
import { Failure, Loading } from '../../components/States';
import { type Field, Setting, type Value } from './Setting';
import { Sources } from './Sources';

/** Parts of the file that have a name of their own; the others stand under the first part of their path. */
const TITLES: Record<string, string> = {
  id: 'Organisation',
  org: 'Organisation',
  advertise: 'Organisation',
  log: 'Log',
  sink: 'Where data lands',
  landing: 'Where data lands',
  wireCompression: 'Sending',
  keepDelivered: 'Sending',
  anchors: 'Witnesses of the ledger',
  limits: 'Limits',
  peers: 'How much, and when, for each peer',
};

/** What config.yaml says, as a form. */
export function Configuration() {
  const { data, error, refetch } = useOp('gateway.settings', {});
  if (error !== null && data === undefined) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  return (
    <>
      <Form settings={data} />
      <Sources settings={data} />
      <FileOnly fields={data.fields.filter(isFileOnly)} />
    </>
  );
}

const isFileOnly = ({ editable, override }: Field): boolean => !editable && override === null;

/** What could lock everybody out or run commands: looked at here, changed by who has the machine. */
function FileOnly({ fields }: { fields: Field[] }) {
  const set = fields.filter(({ value }) => value !== null);
  const others = fields.filter(({ value }) => value === null).map(({ path }) => path);
  return (
    <Panel title="Changed in the file alone" about="What could lock everybody out, or run commands on the machine.">
      <Stack gap="lg">
        {set.map((field) => (
          <Setting key={field.path} field={field} value={field.value} isChanged={false} change={undefined} />
        ))}
        <Text size="sm" c="dimmed">
          Not set: <span className="cf-mono">{others.join(', ')}</span>
        </Text>
      </Stack>
    </Panel>
  );
}

function Form({ settings }: { settings: Reply<'gateway.settings'> }) {
  const may = useMay()('settings.change');
  const save = useDo('settings.change');
  /** What is changed and not saved, and the state of the file that it is a change of. */
  const [draft, setDraft] = useState<{ revision: string; values: Record<string, Value> }>();
  const values = draft?.values ?? {};
  const changed = Object.keys(values).length;
  const isOld = draft !== undefined && draft.revision !== settings.revision;
  const restart = settings.fields.filter((field) => field.restart);

  const change = (field: Field, value: Value) => {
    const { [field.path]: _, ...others } = values;
    const next = value === field.value ? others : { ...others, [field.path]: value };
    save.reset();
    setDraft(
      Object.keys(next).length === 0 ? undefined : { revision: draft?.revision ?? settings.revision, values: next },
    );
  };
  const submit = () => {
    if (draft === undefined || save.isPending) return;
    const set = Object.entries(values).map(([path, value]) => ({ path, value }));
    const onSuccess = () => {
      setDraft(undefined);
      notifications.show({ color: 'green', message: 'Saved. It counts after a restart of the gateway.' });
    };
    save.mutate({ revision: draft.revision, set }, { onSuccess });
  };

  const groups = new Map<string, Field[]>();
  for (const field of settings.fields.filter((one) => !isFileOnly(one))) {
    const first = field.path.split('.')[0]!;
    const title = TITLES[first] ?? first;
    groups.set(title, [...(groups.get(title) ?? []), field]);
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Text size="sm" c="dimmed" mb="md" className="cf-about">
        Kept in <span className="cf-mono">{settings.file}</span>, comments and all. Each change is an entry of the
        ledger with your name, and counts after a restart of the gateway. What could lock you out is changed in the file
        alone.
      </Text>
      {restart.length > 0 && (
        <Alert color="orange" mb="md" title="Waits for a restart">
          <span className="cf-mono">{restart.map(({ path }) => path).join(', ')}</span>
        </Alert>
      )}
      {[...groups].map(([title, fields]) => (
        <Panel key={title} title={title}>
          <Stack gap="lg">
            {fields.map((field) => (
              <Setting
                key={field.path}
                field={field}
                value={field.path in values ? values[field.path]! : field.value}
                isChanged={field.path in values}
                change={may && field.editable ? (value) => change(field, value) : undefined}
              />
            ))}
          </Stack>
        </Panel>
      ))}
      {draft !== undefined && (
        <Paper withBorder shadow="md" p="md" className="cf-save" role="region" aria-label="Unsaved changes">
          {isOld && (
            <Alert color="orange" mb="sm" title="Somebody else has changed the configuration meanwhile">
              <Group justify="space-between">
                <Text size="sm">What you see is theirs, with your changes on top.</Text>
                <Button
                  size="compact-sm"
                  variant="light"
                  color="orange"
                  onClick={() => {
                    save.reset();
                    setDraft({ ...draft, revision: settings.revision });
                  }}
                >
                  Keep mine on top of theirs
                </Button>
              </Group>
            </Alert>
          )}
          {save.error !== null && <Failure error={save.error} />}
          <Group justify="space-between" mt={save.error === null ? 0 : 'sm'}>
            <Group gap="xs">
              <Badge variant="light">{changed === 1 ? '1 change' : `${changed} changes`}</Badge>
              <Text size="sm" c="dimmed" className="cf-mono">
                {Object.keys(values).join(', ')}
              </Text>
            </Group>
            <Group gap="xs">
              <Button
                variant="default"
                onClick={() => {
                  save.reset();
                  setDraft(undefined);
                }}
              >
                Discard
              </Button>
              <Button type="submit" loading={save.isPending}>
                Save
              </Button>
            </Group>
          </Group>
        </Paper>
      )}
    </form>
  );
}
