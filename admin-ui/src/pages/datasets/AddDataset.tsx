import { Button, Code, Group, List, Modal, Select, Stack, Tabs, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Reply, Request } from '../../api/client';
import { useDo, useLong } from '../../api/queries';
import { FirstRows } from '../../components/FirstRows';
import { CallMeter } from '../../components/Meter';
import { Rows } from '../../components/Rows';
import { Failure } from '../../components/States';
import { many } from '../../text/format';

type Format = NonNullable<Request<'dataset.add'>['format']>;
type Described = Reply<'source.describe'>;

const FORMATS = [
  { value: '', label: 'By its name' },
  { value: 'parquet', label: 'Parquet' },
  { value: 'csv', label: 'CSV' },
  { value: 'ndjson', label: 'NDJSON' },
  { value: 'arrow', label: 'Arrow' },
];

/** Names a source, shows what is in it, then makes it a dataset. */
export function AddDataset({ opened, close }: { opened: boolean; close: () => void }) {
  const look = useLong('source.describe');
  const add = useDo('dataset.add');
  const [, go] = useLocation();
  const [name, setName] = useState('');
  const [source, setSource] = useState('');
  const [format, setFormat] = useState('');
  const [query, setQuery] = useState('');
  const from = {
    source: source.trim(),
    ...(format !== '' && { format: format as Format }),
    ...(query.trim() !== '' && { query: query.trim() }),
  };
  const chosen = name.trim() || nameOf(source);
  const submit = () =>
    add.mutate(
      { name: chosen, ...from },
      {
        onSuccess: (dataset) => {
          close();
          go(`/datasets/${encodeURIComponent(dataset.name)}`);
        },
      },
    );
  return (
    <Modal opened={opened} onClose={close} title="Add a dataset" size="xl">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (look.running) return;
          if (look.result === undefined) void look.run({ ...from, rows: 8 });
          else submit();
        }}
      >
        <Stack>
          <TextInput
            label="Where the rows are"
            description={
              <>
                A path or address, as the gateway reaches it: <Code>/data/flights.parquet</Code>,{' '}
                <Code>/data/2026/*.csv</Code>, <Code>s3://bucket/key</Code>, <Code>postgresql://…/table</Code>
              </>
            }
            required
            autoComplete="off"
            value={source}
            onChange={(event) => setSource(event.currentTarget.value)}
            data-autofocus
          />
          <Group grow align="flex-start">
            <Select
              label="Format"
              data={FORMATS}
              value={format}
              allowDeselect={false}
              onChange={(value) => setFormat(value ?? '')}
            />
            <TextInput
              label="Name"
              description="As peers see it"
              placeholder={nameOf(source) || 'flights'}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          </Group>
          <Textarea
            label="Query (optional)"
            description="SQL over the table “source”: choose columns and rows, name them."
            placeholder="SELECT * FROM source"
            autosize
            minRows={1}
            maxRows={6}
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
            classNames={{ input: 'cf-mono' }}
          />
          {look.running && <CallMeter progress={look.progress} what="Looking at the source" />}
          {look.error !== undefined && <Failure error={look.error} />}
          {look.result !== undefined && <Preview of={look.result} />}
          {add.error !== null && <Failure error={add.error} />}
          <Group justify="flex-end">
            <Button
              type={look.result === undefined ? 'submit' : 'button'}
              variant={look.result === undefined ? 'filled' : 'default'}
              loading={look.running}
              disabled={source.trim() === ''}
              onClick={look.result === undefined ? undefined : () => void look.run({ ...from, rows: 8 })}
            >
              {look.result === undefined ? 'Look at it' : 'Look again'}
            </Button>
            {look.result !== undefined && (
              <Button type="submit" loading={add.isPending}>
                Add {chosen}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const nameOf = (source: string): string =>
  (source.trim().split(/[/?#]/).filter(Boolean).at(-1) ?? '')
    .replace(/\.[a-z0-9.]+$/i, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();

/** Columns and first rows. The rows come for this look alone and are kept nowhere. */
function Preview({ of }: { of: Described }) {
  const samples = (at: number) => of.rows.map((row) => row[at] ?? 'null').slice(0, 3);
  return (
    <Stack gap="xs">
      <Text size="sm">
        {of.format}, {many(of.columns.length, 'column')}
      </Text>
      <Tabs defaultValue="columns" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="columns">Columns</Tabs.Tab>
          <Tabs.Tab value="rows">First rows</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="columns">
          <Rows
            rows={of.columns.map((column, at) => ({ ...column, samples: samples(at) }))}
            keyOf={({ name }) => name}
            label="Columns of the source"
            height={260}
            minWidth={480}
            columns={[
              { head: 'Column', cell: ({ name }) => <span className="cf-name">{name}</span> },
              { head: 'Type', width: 150, cell: ({ type }) => <span className="cf-mono">{type}</span> },
              { head: 'May be empty', width: 120, cell: ({ nullable }) => (nullable ? 'yes' : 'no') },
              {
                head: 'Such as',
                cell: (one) => (
                  <Text size="sm" c="dimmed" truncate maw={260} className="cf-isolate">
                    {one.samples.join(', ')}
                  </Text>
                ),
              },
            ]}
          />
        </Tabs.Panel>
        <Tabs.Panel value="rows" pt="xs">
          <FirstRows
            columns={of.columns.map(({ name, type }) => ({ name, under: type }))}
            rows={of.rows}
            label="First rows"
          />
        </Tabs.Panel>
      </Tabs>
      <Text size="xs" c="dimmed">
        Values are shown to you for this look alone: they are neither kept nor logged.
      </Text>
      {of.notes.length > 0 && (
        <List size="sm">
          {of.notes.map((note) => (
            <List.Item key={note} className="cf-name">
              {note}
            </List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}
