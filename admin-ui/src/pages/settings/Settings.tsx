import { Tabs } from '@mantine/core';
import { useLocation } from 'wouter';
import { useMay } from '../../app/session';
import { Page } from '../../components/Page';
import { Account } from './Account';
import { Configuration } from './Configuration';
import { Gateway } from './Gateway';
import { Keys } from './Keys';
import { Tokens } from './Tokens';
import { Users } from './Users';

export function Settings({ tab }: { tab: string }) {
  const may = useMay();
  const [, go] = useLocation();
  return (
    <Page title="Settings" about="What is done here is an entry of the ledger, with the name of who did it.">
      <Tabs value={tab} onChange={(next) => go(`/settings/${next}`)}>
        <Tabs.List>
          <Tabs.Tab value="account">Your account</Tabs.Tab>
          {may('user.list') && <Tabs.Tab value="users">Users</Tabs.Tab>}
          <Tabs.Tab value="tokens">API tokens</Tabs.Tab>
          <Tabs.Tab value="gateway">Gateway</Tabs.Tab>
          <Tabs.Tab value="configuration">Configuration</Tabs.Tab>
          {may('ledger.rotate-key') && <Tabs.Tab value="keys">Keys and backup</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="account" pt="md">
          <Account />
        </Tabs.Panel>
        <Tabs.Panel value="users" pt="md">
          {may('user.list') && <Users />}
        </Tabs.Panel>
        <Tabs.Panel value="tokens" pt="md">
          <Tokens />
        </Tabs.Panel>
        <Tabs.Panel value="gateway" pt="md">
          <Gateway />
        </Tabs.Panel>
        <Tabs.Panel value="configuration" pt="md">
          {tab === 'configuration' && <Configuration />}
        </Tabs.Panel>
        <Tabs.Panel value="keys" pt="md">
          {may('ledger.rotate-key') && <Keys />}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
