import { Button, Grid, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useDo, useOp } from '../../api/queries';
import { Page } from '../../components/Page';
import { Panel } from '../../components/Panel';
import { Failure, Loading } from '../../components/States';
import { AsPeer } from './AsPeer';
import { ColumnToggles } from './ColumnToggles';
import { type Choice, type Choices, maskTexts } from './masks';
import { Outcome } from './Outcome';
import { givenTerms, NO_TERMS, Terms } from './Terms';

/** Builds an offer: to whom, which columns how, under which terms; with what the peer will see, live. */
export function Offer() {
  const search = new URLSearchParams(useSearch());
  const [peer, setPeer] = useState(search.get('peer'));
  const [dataset, setDataset] = useState(search.get('dataset'));
  const peers = useOp('peer.list', {});
  const datasets = useOp('dataset.list', {});
  const active = (peers.data?.peers ?? []).filter(({ state }) => state === 'active');
  const published = (datasets.data?.datasets ?? []).filter(({ latest }) => latest !== null);
  return (
    <Page
      title="Offer a dataset"
      about="Choose for each column what the peer gets. Nothing is sent before the peer has signed."
      up={{ href: '/agreements', label: 'Agreements' }}
    >
      <Panel>
        <Group grow align="flex-start" preventGrowOverflow={false}>
          <Select
            label="To"
            placeholder="Choose a peer"
            searchable
            data={active.map(({ id, name }) => ({ value: id, label: `${name} (${id})` }))}
            nothingFoundMessage="No active peer of this name"
            value={peer}
            onChange={setPeer}
          />
          <Select
            label="Dataset"
            placeholder="Choose a dataset"
            searchable
            data={published.map(({ name }) => name)}
            nothingFoundMessage="No published dataset of this name"
            value={dataset}
            onChange={setDataset}
          />
        </Group>
        {peers.data !== undefined && active.length === 0 && (
          <Text size="sm" c="var(--cf-warn)" mt="xs">
            No peer is active yet: meet one first, and compare the words.
          </Text>
        )}
      </Panel>
      {peer !== null && dataset !== null && <Build key={`${peer} ${dataset}`} peer={peer} dataset={dataset} />}
    </Page>
  );
}

function Build({ peer, dataset }: { peer: string; dataset: string }) {
  const [, go] = useLocation();
  const offer = useDo('agreement.offer');
  const { data: list, error } = useOp('mask.list', { name: dataset });
  const [choices, setChoices] = useState<Choices>({});
  const [where, setWhere] = useState('');
  const [terms, setTerms] = useState(NO_TERMS);
  const [text, setText] = useState('');
  const [which, setWhich] = useState('all');
  const input = useMemo(
    () => ({ mask: maskTexts(choices), ...(where.trim() !== '' && { where: where.trim() }) }),
    [choices, where],
  );
  const [settled] = useDebouncedValue(input, 250);
  const draft = useOp('agreement.draft', { peer, dataset, ...settled }, { keep: true, staleTime: 0 });
  const blocked = useMemo(() => new Set(draft.data?.blocked.map(({ column }) => column)), [draft.data]);
  const tried = draft.data?.policy;
  /** What nobody has decided yet would not be sent: it is not shown either. */
  const seen = useMemo(
    () =>
      tried && {
        ...tried,
        columns: { ...tried.columns, ...Object.fromEntries([...blocked].map((name) => [name, { op: 'drop' }])) },
      },
    [tried, blocked],
  );
  if (error !== null) return <Failure error={error} />;
  if (list === undefined) return <Loading />;
  const choose = (columns: readonly string[], choice: Choice | undefined) =>
    setChoices((before) => {
      const rest = Object.fromEntries(Object.entries(before).filter(([name]) => !columns.includes(name)));
      return choice === undefined ? rest : { ...rest, ...Object.fromEntries(columns.map((one) => [one, choice])) };
    });
  const shown = list.columns.filter(
    ({ name, personal }) =>
      name.toLowerCase().includes(text.toLowerCase()) &&
      (which === 'all' || (which === 'personal' ? personal.length > 0 : blocked.has(name))),
  );
  const submit = () =>
    offer.mutate(
      { peer, dataset, ...input, ...givenTerms(terms) },
      {
        onSuccess: ({ id }) => {
          notifications.show({ color: 'green', message: `Offered ${dataset} to ${peer}.` });
          go(`/agreements/${encodeURIComponent(id)}`);
        },
      },
    );
  return (
    <>
      <Panel
        title="Columns"
        flush
        actions={
          <Group gap="xs">
            <TextInput
              size="xs"
              aria-label="Find columns"
              placeholder="Find columns"
              leftSection={<IconSearch size={14} aria-hidden />}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <SegmentedControl
              size="xs"
              aria-label="Which columns"
              value={which}
              onChange={setWhich}
              data={[
                { value: 'all', label: `All ${list.columns.length}` },
                { value: 'personal', label: 'Personal' },
                { value: 'blocked', label: `Undecided ${blocked.size}` },
              ]}
            />
            <Button
              size="xs"
              variant="default"
              onClick={() =>
                choose(
                  shown.map(({ name }) => name),
                  { op: 'drop', parameters: {} },
                )
              }
            >
              Drop those shown
            </Button>
          </Group>
        }
      >
        <ColumnToggles
          list={list}
          choices={choices}
          choose={choose}
          inForce={draft.data?.policy.columns ?? {}}
          blocked={blocked}
          shown={shown}
        />
      </Panel>
      <Panel title="Rows and terms">
        <Stack>
          <TextInput
            label="Only rows where (optional)"
            description="SQL over the columns as they are here"
            placeholder="origin = 'SEA'"
            value={where}
            onChange={(event) => setWhere(event.currentTarget.value)}
            classNames={{ input: 'cf-mono' }}
          />
          <Terms terms={terms} change={setTerms} />
        </Stack>
      </Panel>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Panel title="As the peer will see it">
            {blocked.size > 0 && (
              <Text size="sm" c="var(--cf-warn)" mb="xs">
                Columns that still need a decision are left out.
              </Text>
            )}
            {seen !== undefined && <AsPeer input={{ name: dataset, as: peer, policy: seen }} />}
          </Panel>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Panel title="What comes of it">
            {draft.error !== null && <Failure error={draft.error} />}
            {draft.data !== undefined && draft.error === null && <Outcome draft={draft.data} />}
          </Panel>
        </Grid.Col>
      </Grid>
      {offer.error !== null && <Failure error={offer.error} />}
      <Group justify="flex-end" mt="md">
        <Button
          size="md"
          loading={offer.isPending}
          disabled={draft.error !== null || blocked.size > 0}
          onClick={submit}
        >
          Offer {dataset} to {peer}
        </Button>
      </Group>
    </>
  );
}
