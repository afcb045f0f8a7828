import { Anchor, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useCallback } from 'react';
import { Link } from 'wouter';
import type { Reply, Request } from '../../api/client';
import { usePages } from '../../api/queries';
import { State } from '../../components/Badges';
import { TransferMeter } from '../../components/Meter';
import { type Column, Rows } from '../../components/Rows';
import { Failure, Loading } from '../../components/States';
import { Time } from '../../components/Time';
import { bytes, count } from '../../text/format';

type Transfer = Reply<'transfer.list'>['transfers'][number];

const COLUMNS: Column<Transfer>[] = [
  {
    head: 'Dataset',
    cell: (one) => (
      <>
        <Anchor component={Link} href={`/transfers/${encodeURIComponent(one.id)}`} fw={550} className="cf-name">
          {one.dataset}
        </Anchor>
        <Text size="xs" c="dimmed" className="cf-name">
          {one.role === 'provider' ? <IconArrowUp size={12} aria-hidden /> : <IconArrowDown size={12} aria-hidden />}{' '}
          {one.role === 'provider' ? 'to' : 'from'} {one.peer}
        </Text>
      </>
    ),
  },
  { head: 'State', width: 140, cell: ({ state }) => <State of={state} /> },
  {
    head: 'What came of it',
    width: 300,
    cell: (one) =>
      one.final ? (
        <Text size="sm" lineClamp={2} className="cf-name" c={one.reasons.length === 0 ? 'dimmed' : undefined}>
          {one.reasons[0]?.message ?? (one.state === 'receipted' ? 'delivered, receipt signed' : one.state)}
        </Text>
      ) : (
        <TransferMeter of={one} />
      ),
  },
  { head: 'Rows', right: true, width: 110, cell: ({ rows }) => count(rows) },
  { head: 'Size', right: true, width: 100, cell: (one) => bytes(one.bytes) },
  { head: 'Started', width: 140, cell: ({ startedAt }) => <Time at={startedAt} /> },
];

const PAGE = 200;

/** Transfers that a filter picks, newest first; more come as one scrolls. */
export function TransferRows({
  filter,
  empty,
  height,
}: {
  filter: Omit<Request<'transfer.list'>, 'before' | 'limit'>;
  empty: string;
  height?: number | string;
}) {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = usePages(
    'transfer.list',
    { ...filter, limit: PAGE },
    ({ transfers }) => (transfers.length < PAGE ? undefined : { before: transfers.at(-1)!.id }),
  );
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  if (error !== null && data === undefined) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const rows = data.pages.flatMap(({ transfers }) => transfers);
  if (rows.length === 0)
    return (
      <Text size="sm" c="dimmed" p="lg">
        {empty}
      </Text>
    );
  return (
    <Rows
      rows={rows}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      label="Transfers"
      more={more}
      minWidth={940}
      {...(height !== undefined && { height })}
    />
  );
}
