import { Badge, Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { useState } from 'react';
import type { Reply } from '../../api/client';
import { useLong, useOp } from '../../api/queries';
import { Id } from '../../components/Copy';
import { CallMeter } from '../../components/Meter';
import { Panel } from '../../components/Panel';
import { type Column, Rows } from '../../components/Rows';
import { Empty, Failure, Loading } from '../../components/States';
import { Time } from '../../components/Time';
import { bytes, count, many, percent, short } from '../../text/format';

type Version = Reply<'dataset.versions'>['versions'][number];

/** Immutable states of a dataset, newest first; two can be compared. */
export function Versions({ name }: { name: string }) {
  const { data, error, refetch } = useOp('dataset.versions', { name });
  const compare = useLong('version.compare');
  const [picked, setPicked] = useState<string[]>([]);
  if (error !== null && data === undefined) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const { versions } = data;
  if (versions.length === 0)
    return (
      <Empty icon={IconStack2} title="No versions yet">
        Publish one: the rows as they are now are checked, sealed and named by their digest. What peers get is always a
        version.
      </Empty>
    );
  const toggle = (version: string) =>
    setPicked((before) =>
      before.includes(version) ? before.filter((one) => one !== version) : [...before, version].slice(-2),
    );
  const [after, before] = versions.filter(({ version }) => picked.includes(version));
  const columns: Column<Version>[] = [
    {
      head: 'Compare',
      width: 80,
      cell: ({ version }) => (
        <Checkbox
          checked={picked.includes(version)}
          onChange={() => toggle(version)}
          aria-label={`Compare ${short(version)}`}
        />
      ),
    },
    { head: 'Version', cell: ({ version }) => <Id of={version} what="version" most={24} /> },
    { head: 'Rows', right: true, width: 120, cell: ({ rows }) => count(rows) },
    { head: 'Size', right: true, width: 110, cell: (one) => bytes(one.bytes) },
    { head: 'Batches', right: true, width: 90, cell: ({ batches }) => count(batches) },
    { head: 'Published', width: 140, cell: ({ createdAt }) => <Time at={createdAt} /> },
    { head: 'Root of the rows', width: 190, cell: ({ rowsRoot }) => <Id of={rowsRoot} what="root" most={16} /> },
  ];
  return (
    <>
      <Panel
        title={many(versions.length, 'version')}
        flush
        actions={
          versions.length > 1 && (
            <Button
              size="xs"
              variant="light"
              disabled={before === undefined || after === undefined}
              onClick={() => void compare.run({ name, before: before!.version, after: after!.version })}
            >
              {before === undefined ? 'Choose two to compare' : 'Compare these two'}
            </Button>
          )
        }
      >
        <Rows rows={versions} columns={columns} keyOf={({ version }) => version} label="Versions" minWidth={860} />
      </Panel>
      {compare.running && <CallMeter progress={compare.progress} what="Comparing digests" />}
      {compare.error !== undefined && <Failure error={compare.error} />}
      <Difference of={compare.result} isRunning={compare.running} />
    </>
  );
}

const CHANGES: Readonly<Record<string, { color: string; text: string }>> = {
  same: { color: 'gray', text: 'the same' },
  values: { color: 'blue', text: 'values changed' },
  type: { color: 'orange', text: 'type changed' },
  added: { color: 'green', text: 'added' },
  removed: { color: 'red', text: 'removed' },
};

function Difference({ of, isRunning }: { of: Reply<'version.compare'> | undefined; isRunning: boolean }) {
  const [closed, setClosed] = useState<object>();
  return (
    <Modal
      opened={of !== undefined && !isRunning && closed !== of}
      onClose={() => setClosed(of)}
      title="What changed"
      size="xl"
    >
      {of !== undefined && (
        <Stack>
          <Group gap="xs">
            <Id of={of.before} what="version" /> <Text size="sm">to</Text> <Id of={of.after} what="version" />
          </Group>
          <Text size="sm">
            {count(of.rows.before)} to {many(of.rows.after, 'row')}. Compared by digests, batch by batch: no value is
            read.
          </Text>
          <Rows
            rows={[...of.columns].sort((a, b) => Number(a.change === 'same') - Number(b.change === 'same'))}
            keyOf={(one) => one.name}
            label="Columns"
            height={420}
            minWidth={520}
            columns={[
              { head: 'Column', cell: (one) => <span className="cf-name">{one.name}</span> },
              {
                head: 'Change',
                cell: ({ change }) => <Badge color={CHANGES[change]!.color}>{CHANGES[change]!.text}</Badge>,
              },
              {
                head: 'Type',
                cell: (one) => (
                  <span className="cf-mono">
                    {one.before === one.after ? one.after : `${one.before ?? 'none'} → ${one.after ?? 'none'}`}
                  </span>
                ),
              },
              {
                head: 'Batches alike',
                right: true,
                cell: (one) => (one.alike === null ? '' : percent(one.alike, of.batches)),
              },
            ]}
          />
        </Stack>
      )}
    </Modal>
  );
}
