import { Anchor, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Reply } from '../../api/client';
import { useOp } from '../../api/queries';
import { State } from '../../components/Badges';
import { type Column, Rows } from '../../components/Rows';
import { Failure, Loading } from '../../components/States';
import { Time } from '../../components/Time';

export type Agreement = Reply<'agreement.list'>['agreements'][number];

const COLUMNS: Column<Agreement>[] = [
  {
    head: 'Dataset',
    cell: (one) => (
      <>
        <Anchor component={Link} href={`/agreements/${encodeURIComponent(one.id)}`} fw={550} className="cf-name">
          {one.dataset}
        </Anchor>
        <Text size="xs" c="dimmed" className="cf-name">
          {one.role === 'provider' ? 'offered to' : 'offered by'} {one.peer}
        </Text>
      </>
    ),
  },
  {
    head: 'State',
    width: 130,
    cell: ({ state }) => <State of={state} />,
  },
  {
    head: 'Waits for',
    width: 140,
    cell: (one) =>
      one.waitingFor === 'us' ? (
        <Text size="sm" fw={600} c="var(--cf-warn)">
          {one.conflicts.length > 0 ? 'you: conflicts' : 'you'}
        </Text>
      ) : (
        <Text size="sm" c="dimmed">
          {one.waitingFor === 'peer' ? 'the peer' : 'nobody'}
        </Text>
      ),
  },
  {
    head: 'Purpose',
    cell: ({ purpose }) => (
      <Text size="sm" lineClamp={1} className="cf-name" c={purpose === null ? 'dimmed' : undefined}>
        {purpose ?? 'none given'}
      </Text>
    ),
  },
  {
    head: 'Expires',
    width: 130,
    cell: ({ expires }) =>
      expires === null ? (
        <Text size="sm" c="dimmed">
          does not
        </Text>
      ) : (
        <Time at={expires} />
      ),
  },
  { head: 'Changed', width: 140, cell: ({ updatedAt }) => <Time at={updatedAt} /> },
];

/** Agreements of this gateway, or those on one dataset or with one peer. */
export function AgreementRows({
  peer,
  dataset,
  fits = () => true,
  empty = 'None yet.',
}: {
  peer?: string;
  dataset?: string;
  fits?: (one: Agreement) => boolean;
  empty?: string;
}) {
  const { data, error, refetch } = useOp('agreement.list', {});
  if (error !== null && data === undefined) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const rows = data.agreements.filter(
    (one) =>
      (peer === undefined || one.peer === peer) &&
      (dataset === undefined || (one.dataset === dataset && one.role === 'provider')) &&
      fits(one),
  );
  if (rows.length === 0)
    return (
      <Text size="sm" c="dimmed" p="lg">
        {empty}
      </Text>
    );
  return <Rows rows={rows} columns={COLUMNS} keyOf={({ id }) => id} label="Agreements" minWidth={820} />;
}
