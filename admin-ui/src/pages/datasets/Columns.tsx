import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { Reply } from '../../api/client';
import { useLong, useOp } from '../../api/queries';
import { useMay } from '../../app/session';
import { CallMeter } from '../../components/Meter';
import { Panel } from '../../components/Panel';
import { type Column, Rows } from '../../components/Rows';
import { Failure, Loading } from '../../components/States';
import { count, many, percent } from '../../text/format';
import { Overrides } from './Overrides';
import { Personal } from './Personal';

type Shown = Reply<'mask.list'>['columns'][number];
type Profile = Reply<'dataset.profile'>;

/** Columns with their types, what looks personal in them, and, once profiled, what they hold. */
export function Columns({ name, latest }: { name: string; latest: string | null }) {
  const may = useMay();
  const profile = useLong('dataset.profile');
  const { data, error, refetch } = useOp('mask.list', { name });
  const [text, setText] = useState('');
  const [which, setWhich] = useState('all');
  const [judged, setJudged] = useState<string>();
  if (error !== null && data === undefined) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const shown = data.columns.filter(
    (one) => one.name.toLowerCase().includes(text.toLowerCase()) && (which === 'all' || one.personal.length > 0),
  );
  const personal = data.columns.filter((one) => one.personal.some(({ override }) => override === null)).length;
  const run = async () => {
    await profile.run({ name });
    await refetch();
  };
  return (
    <Stack gap="md">
      {profile.running && (
        <Panel>
          <CallMeter
            progress={profile.progress}
            what="Reading every row: types, empty and distinct values, personal data"
          />
        </Panel>
      )}
      {profile.error !== undefined && <Failure error={profile.error} />}
      <Panel
        title={many(data.columns.length, 'column')}
        about={
          personal === 0
            ? latest === null && profile.result === undefined
              ? 'Profile it, to see what the columns hold and what looks personal.'
              : 'Nothing in them looks personal.'
            : `${many(personal, 'column looks', 'columns look')} personal: an offer needs a rule for each.`
        }
        flush
        actions={
          <Group gap="xs">
            <TextInput
              aria-label="Find columns"
              placeholder="Find columns"
              size="xs"
              leftSection={<IconSearch size={14} aria-hidden />}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <SegmentedControl
              size="xs"
              data={[
                { value: 'all', label: 'All' },
                { value: 'personal', label: 'Personal' },
              ]}
              value={which}
              onChange={setWhich}
              aria-label="Which columns"
            />
            {may('dataset.profile') && (
              <Button size="xs" variant="light" loading={profile.running} onClick={() => void run()}>
                Profile
              </Button>
            )}
          </Group>
        }
      >
        <Rows
          rows={shown}
          columns={columnsOf(profile.result, may('override.set') ? setJudged : undefined)}
          keyOf={(one) => one.name}
          label={`Columns of ${name}`}
          minWidth={profile.result === undefined ? 560 : 860}
        />
      </Panel>
      <Overrides
        name={name}
        column={data.columns.find((one) => one.name === judged)}
        close={() => setJudged(undefined)}
      />
    </Stack>
  );
}

function columnsOf(profile: Profile | undefined, judge: ((column: string) => void) | undefined): Column<Shown>[] {
  const base: Column<Shown>[] = [
    {
      head: 'Column',
      cell: ({ name }) => (
        <Text size="sm" fw={550} className="cf-name">
          {name}
        </Text>
      ),
    },
    { head: 'Type', cell: ({ type }) => <span className="cf-mono">{type}</span> },
  ];
  const last: Column<Shown> = {
    head: 'Looks personal',
    cell: ({ name, personal }) => (
      <Group gap="xs" wrap="nowrap">
        <Personal findings={personal} />
        {judge !== undefined && personal.length > 0 && (
          <Button size="compact-xs" variant="subtle" aria-label={`Judge ${name}`} onClick={() => judge(name)}>
            Judge
          </Button>
        )}
      </Group>
    ),
  };
  if (profile === undefined) return [...base, last];
  const found = new Map(profile.columns.map((one) => [one.name, one]));
  return [
    ...base,
    {
      head: 'Empty',
      right: true,
      cell: ({ name }) => {
        const nulls = found.get(name)?.nulls ?? 0;
        return nulls === 0 ? '0' : `${count(nulls)} (${percent(nulls, profile.rows)})`;
      },
    },
    { head: 'Distinct', right: true, cell: ({ name }) => count(found.get(name)?.distinct ?? 0) },
    {
      head: 'Range',
      cell: ({ name }) => {
        const one = found.get(name);
        if (one === undefined || one.min === null)
          return (
            <Text size="sm" c="dimmed">
              not shown
            </Text>
          );
        return (
          <span className="cf-name">
            {String(one.min)} to {String(one.max)}
          </span>
        );
      },
    },
    last,
  ];
}
