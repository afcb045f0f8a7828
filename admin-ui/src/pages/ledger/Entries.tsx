import { Anchor, Group, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import type { Reply } from '../../api/client';
import { usePages } from '../../api/queries';
import { Panel } from '../../components/Panel';
import { type Column, Rows } from '../../components/Rows';
import { Failure, Loading } from '../../components/States';
import { Time } from '../../components/Time';
import { many } from '../../text/format';
import { Entry } from './Entry';
import { sentence } from './words';

type One = Reply<'ledger.list'>['entries'][number];

const KINDS = [
  'admin.',
  'agreement.',
  'call.',
  'dataset.',
  'gateway.',
  'invite.',
  'key.',
  'peer.',
  'transfer.',
  'version.',
];
const PAGE = 200;
const LAST = Number.MAX_SAFE_INTEGER;

/** A searchable timeline of one log, newest first. */
export function Entries({ peer }: { peer: string | undefined }) {
  const [text, setText] = useState('');
  const [kind, setKind] = useState<string | null>(null);
  const [opened, setOpened] = useState<number>();
  const [wanted] = useDebouncedValue(text.trim(), 250);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = usePages(
    'ledger.list',
    {
      before: LAST,
      limit: PAGE,
      ...(peer !== undefined && { peer }),
      ...(kind !== null && { type: kind }),
      ...(wanted !== '' && { text: wanted }),
    },
    ({ next }) => (next === null ? undefined : { before: next }),
  );
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  const columns: Column<One>[] = [
    { head: 'No.', right: true, width: 80, cell: ({ seq }) => seq },
    { head: 'When', width: 130, cell: ({ ts }) => <Time at={ts} /> },
    {
      head: 'What',
      cell: (one) => (
        <Anchor
          component="button"
          type="button"
          size="sm"
          ta="left"
          onClick={() => setOpened(one.seq)}
          className="cf-name"
        >
          {sentence(one.type, one.entry)}
        </Anchor>
      ),
    },
    { head: 'Type', width: 190, cell: ({ type }) => <span className="cf-mono">{type}</span> },
    { head: 'By', width: 150, cell: ({ actor }) => <span className="cf-name">{actor}</span> },
  ];
  const rows = data?.pages.flatMap(({ entries }) => entries) ?? [];
  const size = data?.pages[0]?.size;
  return (
    <Panel flush>
      <Group p="md" gap="sm">
        <TextInput
          aria-label="Search the entries"
          placeholder="Search: a name, an id, a digest"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          w={280}
        />
        <Select
          aria-label="Kind"
          placeholder="Any kind"
          clearable
          data={KINDS.map((value) => ({ value, label: value.slice(0, -1) }))}
          value={kind}
          onChange={setKind}
          w={150}
        />
        {size !== undefined && (
          <Text size="sm" c="dimmed">
            {many(size, 'entry', 'entries')} in this log
          </Text>
        )}
      </Group>
      {error !== null && <Failure error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && rows.length === 0 && (
        <Text size="sm" c="dimmed" p="lg">
          Nothing fits.
        </Text>
      )}
      {rows.length > 0 && (
        <Rows
          rows={rows}
          columns={columns}
          keyOf={({ seq }) => String(seq)}
          label="Entries"
          more={more}
          minWidth={820}
          height="65vh"
        />
      )}
      <Entry peer={peer} seq={opened} close={() => setOpened(undefined)} />
    </Panel>
  );
}
