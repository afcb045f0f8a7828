import { ActionIcon, Badge, Button, Group, Modal, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { Reply, Request } from '../../api/client';
import { useDo } from '../../api/queries';
import { useMay } from '../../app/session';
import { Confirm } from '../../components/Confirm';
import { Panel } from '../../components/Panel';
import { Rows } from '../../components/Rows';
import { Failure } from '../../components/States';

type Settings = Reply<'gateway.settings'>;
type Source = Settings['sources'][number];

/** How sources are reached: what is secret goes in and is never shown again. */
export function Sources({ settings }: { settings: Settings }) {
  const may = useMay()('settings.source');
  const [edited, setEdited] = useState<{ source?: Source; revision: string }>();
  const [removed, setRemoved] = useState<string>();
  return (
    <Panel
      title="Access to sources"
      about="The entry with the longest matching beginning applies to a source. Counts at once. Secrets are never shown again."
      flush
      actions={
        may && (
          <Button
            size="compact-md"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => setEdited({ revision: settings.revision })}
          >
            Add access
          </Button>
        )
      }
    >
      {settings.sources.length === 0 ? (
        <Text size="sm" c="dimmed" px="lg" pb="lg">
          None yet. Files on this machine need none; buckets and servers that ask for a key do.
        </Text>
      ) : (
        <Rows
          rows={settings.sources}
          keyOf={({ prefix }) => prefix}
          label="Access to sources"
          minWidth={560}
          columns={[
            { head: 'Sources that begin with', cell: ({ prefix }) => <span className="cf-mono">{prefix}</span> },
            {
              head: 'Options',
              cell: ({ options }) => (
                <Group gap={6}>
                  {options.map(({ name, from, env }) => (
                    <Badge key={name} variant="light" color={from === 'text' ? 'gray' : undefined} tt="none">
                      {name}
                      {from === 'env' && ` from ${env}`}
                      {from === 'file' && ', secret'}
                    </Badge>
                  ))}
                </Group>
              ),
            },
            {
              head: 'Actions',
              width: 180,
              cell: (source) =>
                may && (
                  <Group gap={6} wrap="nowrap">
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`Change ${source.prefix}`}
                      onClick={() => setEdited({ source, revision: settings.revision })}
                    >
                      Change
                    </Button>
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`Remove ${source.prefix}`}
                      onClick={() => setRemoved(source.prefix)}
                    >
                      Remove
                    </Button>
                  </Group>
                ),
            },
          ]}
        />
      )}
      <Modal
        opened={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={edited?.source === undefined ? 'Add access to sources' : 'Change access to sources'}
        size="lg"
      >
        {edited !== undefined && <Edit {...edited} close={() => setEdited(undefined)} />}
      </Modal>
      <Confirm
        name="settings.source-remove"
        input={{ revision: settings.revision, prefix: removed ?? '' }}
        title="Remove this access"
        happens={[
          `Datasets whose source begins with ${removed ?? ''} can be published only if they need no access.`,
          'Secrets that were typed in here are deleted.',
        ]}
        button="Remove"
        done="Removed."
        opened={removed !== undefined}
        close={() => setRemoved(undefined)}
      />
    </Panel>
  );
}

interface Option {
  key: number;
  name: string;
  how: 'keep' | 'value' | 'env';
  text: string;
}

const HOW = [
  { value: 'value', label: 'a value' },
  { value: 'env', label: 'a variable' },
];

function Edit({ source, revision, close }: { source?: Source; revision: string; close: () => void }) {
  const put = useDo('settings.source');
  const [prefix, setPrefix] = useState(source?.prefix ?? '');
  const [options, setOptions] = useState<Option[]>(
    source?.options.map(({ name }, key) => ({ key, name, how: 'keep', text: '' })) ?? [
      { key: 0, name: '', how: 'value', text: '' },
    ],
  );
  const change = (key: number, next: Partial<Option>) =>
    setOptions(options.map((one) => (one.key === key ? { ...one, ...next } : one)));
  const submit = () => {
    if (put.isPending) return;
    const given: Request<'settings.source'>['options'] = {};
    for (const { name, how, text } of options)
      given[name.trim()] = how === 'keep' ? { keep: true } : how === 'env' ? { env: text.trim() } : { value: text };
    const onSuccess = () => {
      notifications.show({ color: 'green', message: 'Saved. It counts from now on.' });
      close();
    };
    put.mutate({ revision, prefix: prefix.trim(), options: given }, { onSuccess });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        <TextInput
          label="Sources that begin with"
          placeholder="s3://bucket/"
          required
          disabled={source !== undefined}
          value={prefix}
          onChange={(event) => setPrefix(event.currentTarget.value)}
        />
        <Stack gap="xs">
          {options.map(({ key, name, how, text }) => (
            <Group key={key} align="flex-end" gap="xs" wrap="nowrap">
              <TextInput
                label="Option"
                placeholder="secret_access_key"
                required
                flex={2}
                disabled={how === 'keep'}
                value={name}
                onChange={(event) => change(key, { name: event.currentTarget.value })}
              />
              {how !== 'keep' && (
                <Select
                  label="Is"
                  w={120}
                  data={HOW}
                  value={how}
                  allowDeselect={false}
                  onChange={(next) => change(key, { how: next as Option['how'] })}
                />
              )}
              {how === 'keep' && (
                <Button flex={2} variant="default" onClick={() => change(key, { how: 'value' })}>
                  Kept as it is: replace
                </Button>
              )}
              {how === 'value' && (
                <PasswordInput
                  label="Value"
                  required
                  flex={2}
                  autoComplete="off"
                  value={text}
                  onChange={(event) => change(key, { text: event.currentTarget.value })}
                />
              )}
              {how === 'env' && (
                <TextInput
                  label="Variable of the gateway"
                  placeholder="BUCKET_KEY"
                  required
                  flex={2}
                  value={text}
                  onChange={(event) => change(key, { text: event.currentTarget.value })}
                />
              )}
              <ActionIcon
                size={36}
                aria-label={`Take out option ${name}`}
                onClick={() => setOptions(options.filter((one) => one.key !== key))}
              >
                <IconX size={16} aria-hidden />
              </ActionIcon>
            </Group>
          ))}
        </Stack>
        <Group>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() =>
              setOptions([
                ...options,
                { key: Math.max(-1, ...options.map((one) => one.key)) + 1, name: '', how: 'value', text: '' },
              ])
            }
          >
            Another option
          </Button>
        </Group>
        {put.error !== null && <Failure error={put.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Leave it as it is
          </Button>
          <Button type="submit" loading={put.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
