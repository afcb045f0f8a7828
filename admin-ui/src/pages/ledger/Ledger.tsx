import { Anchor, Select, Tabs } from '@mantine/core';
import { useLocation, useSearch } from 'wouter';
import { useOp } from '../../api/queries';
import { Page } from '../../components/Page';
import { Compare } from './Compare';
import { Entries } from './Entries';
import { Export } from './Export';
import { Heads } from './Heads';
import { Verify } from './Verify';

export function Ledger({ tab }: { tab: string }) {
  const [, go] = useLocation();
  const peer = new URLSearchParams(useSearch()).get('peer');
  const { data } = useOp('peer.list', {});
  const to = (next: string, of: string | null) =>
    go(`/ledger/${next}${of === null ? '' : `?peer=${encodeURIComponent(of)}`}`);
  return (
    <Page
      title="Ledger"
      about={
        <>
          What this gateway did and was told, chained by hashes and signed by both sides.{' '}
          <Anchor href="/verifier.html" target="_blank" rel="noreferrer" size="sm">
            The verifier
          </Anchor>{' '}
          checks it without this gateway.
        </>
      }
      actions={
        <Select
          aria-label="Which log"
          placeholder="Everything (master log)"
          data={(data?.peers ?? []).map(({ id, name }) => ({ value: id, label: `With ${name}` }))}
          value={peer}
          clearable
          w={260}
          onChange={(next) => to(tab, next)}
        />
      }
    >
      <Tabs value={tab} onChange={(next) => to(next ?? 'entries', peer)}>
        <Tabs.List>
          <Tabs.Tab value="entries">Entries</Tabs.Tab>
          <Tabs.Tab value="heads">Heads and cosignatures</Tabs.Tab>
          <Tabs.Tab value="compare">With the peer</Tabs.Tab>
          <Tabs.Tab value="verify">Verify</Tabs.Tab>
          <Tabs.Tab value="export">For the auditor</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="entries" pt="md">
          <Entries key={peer} peer={peer ?? undefined} />
        </Tabs.Panel>
        <Tabs.Panel value="heads" pt="md">
          <Heads peer={peer ?? undefined} />
        </Tabs.Panel>
        <Tabs.Panel value="compare" pt="md">
          <Compare key={peer} peer={peer ?? undefined} />
        </Tabs.Panel>
        <Tabs.Panel value="verify" pt="md">
          <Verify peer={peer ?? undefined} />
        </Tabs.Panel>
        <Tabs.Panel value="export" pt="md">
          <Export />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
