import { Anchor, Button, Text } from '@mantine/core';
import { IconPlus, IconTable } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useSearch } from 'wouter';
import type { Reply } from '../../api/client';
import { useOp } from '../../api/queries';
import { useMay } from '../../app/session';
import { Id } from '../../components/Copy';
import { Page } from '../../components/Page';
import { Panel } from '../../components/Panel';
import { type Column, Rows } from '../../components/Rows';
import { Empty, Failure, Loading } from '../../components/States';
import { Time } from '../../components/Time';
import { AddDataset } from './AddDataset';

type Dataset = Reply<'dataset.list'>['datasets'][number];

const COLUMNS: Column<Dataset>[] = [
  {
    head: 'Dataset',
    cell: ({ name }) => (
      <Anchor component={Link} href={`/datasets/${encodeURIComponent(name)}`} fw={550} className="cf-name">
        {name}
      </Anchor>
    ),
  },
  {
    head: 'Source',
    cell: ({ source, format }) => (
      <>
        <Text size="sm" lineClamp={1} className="cf-name" title={source}>
          {source}
        </Text>
        <Text size="xs" c="dimmed">
          {format}
        </Text>
      </>
    ),
  },
  {
    head: 'Newest version',
    width: 220,
    cell: ({ latest }) =>
      latest === null ? (
        <Text size="sm" c="dimmed">
          not published
        </Text>
      ) : (
        <Id of={latest} what="version" />
      ),
  },
  { head: 'Versions', width: 90, right: true, cell: ({ versions }) => versions },
  { head: 'Added', width: 130, cell: ({ createdAt }) => <Time at={createdAt} /> },
];

export function Datasets() {
  const may = useMay();
  const search = useSearch();
  const [adding, setAdding] = useState(() => new URLSearchParams(search).has('add'));
  const { data, error, refetch } = useOp('dataset.list', {});
  const add = may('dataset.add') && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      Add a dataset
    </Button>
  );
  return (
    <Page title="Datasets" about="Tables that this gateway can offer, and where their rows come from." actions={add}>
      {error !== null && <Failure error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data?.datasets.length === 0 && (
        <Empty icon={IconTable} title="No datasets yet" action={add}>
          Name a file, a folder, an object store or a database table. You see its columns, and what in them looks
          personal, before anything is published. Nothing leaves until an agreement allows it.
        </Empty>
      )}
      {data !== undefined && data.datasets.length > 0 && (
        <Panel flush>
          <Rows rows={data.datasets} columns={COLUMNS} keyOf={({ name }) => name} label="Datasets" />
        </Panel>
      )}
      {may('dataset.add') && <AddDataset opened={adding} close={() => setAdding(false)} />}
    </Page>
  );
}
