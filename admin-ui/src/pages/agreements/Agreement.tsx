import { Alert, Anchor, Button, Code, Grid, List, ScrollArea, Stack, Table, Text, Timeline } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Reply } from '../../api/client';
import { useOp } from '../../api/queries';
import { useMay } from '../../app/session';
import { State } from '../../components/Badges';
import { Rules } from '../../components/Checks';
import { Id } from '../../components/Copy';
import { Page } from '../../components/Page';
import { Facts, Panel } from '../../components/Panel';
import { Rows } from '../../components/Rows';
import { Failure, Gone, Loading } from '../../components/States';
import { Time } from '../../components/Time';
import { save } from '../../text/save';
import { TransferRows } from '../transfers/Rows';
import { AgreementActs } from './AgreementActs';
import { AsPeer } from './AsPeer';
import { DryRun } from './DryRun';
import { own, ruleText } from './masks';
import { Conflicts, NotApplied } from './Outcome';

export type Shown = Reply<'agreement.show'>;

export function Agreement({ id }: { id: string }) {
  const may = useMay();
  const [seeing, setSeeing] = useState(false);
  const { data: one, error, refetch } = useOp('agreement.show', { id });
  if (error !== null && one === undefined)
    return error.status === 404 ? (
      <Gone what="This agreement" back={{ href: '/agreements', label: 'All agreements' }} />
    ) : (
      <Failure error={error} retry={() => void refetch()} />
    );
  if (one === undefined) return <Loading />;
  const isProvider = one.role === 'provider';
  return (
    <Page
      title={one.dataset}
      beside={<State of={one.state} />}
      about={
        <>
          {isProvider ? 'To' : 'From'}{' '}
          <Anchor component={Link} href={`/peers/${encodeURIComponent(one.peer)}`} className="cf-name">
            {one.peer}
          </Anchor>
          , revision {one.revision}
        </>
      }
      up={{ href: '/agreements', label: 'Agreements' }}
      actions={<AgreementActs of={one} />}
    >
      <Stack gap="md" mb="md">
        <Next of={one} />
        <Conflicts conflicts={one.conflicts} />
        <NotApplied notApplied={one.notApplied} />
      </Stack>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          {one.changes.length > 0 && (
            <Panel title={`What revision ${one.revision} changed`}>
              <List size="sm" spacing={4}>
                {one.changes.map((change) => (
                  <List.Item key={change} className="cf-name">
                    {change}
                  </List.Item>
                ))}
              </List>
            </Panel>
          )}
          <Panel
            title="Columns"
            flush
            actions={
              isProvider &&
              may('dataset.preview') && (
                <Button size="compact-sm" variant="light" onClick={() => setSeeing((before) => !before)}>
                  {seeing ? 'Hide the preview' : 'See it as the peer'}
                </Button>
              )
            }
          >
            <Policy of={one} />
          </Panel>
          {seeing && (
            <Panel>
              <AsPeer
                input={{
                  name: one.dataset,
                  as: one.peer,
                  policy: { columns: one.policy.columns, ...(one.policy.where && { where: one.policy.where }) },
                }}
              />
            </Panel>
          )}
          <Panel title="Checked at every delivery" about={isProvider && may('agreement.dry-run') && <DryRun id={id} />}>
            <Rules rules={one.rules} />
          </Panel>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Panel title="Terms">
            <Facts
              of={[
                ['Purpose', one.purpose ?? 'none given'],
                ['Legal basis', one.basis ?? 'none given'],
                ['Expires', one.expires === null ? 'does not' : <Time key="e" at={one.expires} exact />],
                ['May be kept', one.retain ?? 'without end'],
                ['Follows', one.follow === null ? 'sent when asked' : <Code key="f">{one.follow}</Code>],
                one.policy.where !== undefined ? ['Only rows', <Code key="w">{one.policy.where}</Code>] : undefined,
                one.reason !== null ? ['Reason', one.reason] : undefined,
                ['Document', <Id key="d" of={one.digest} what="digest" />],
              ]}
            />
          </Panel>
          <Panel title="Signatures">
            {one.signatures.length === 0 ? (
              <Text size="sm" c="dimmed">
                None yet.
              </Text>
            ) : (
              <Facts
                of={one.signatures.map(({ by, key }) => [by, <Id key={key} of={key} what="fingerprint" />] as const)}
              />
            )}
          </Panel>
          <Panel title="How it came about">
            <Timeline bulletSize={14} lineWidth={2} active={one.history.length}>
              {one.history.map((step) => (
                <Timeline.Item
                  key={`${step.at} ${step.event} ${step.revision}`}
                  title={EVENTS[step.event] ?? step.event}
                >
                  <Text size="sm" c="dimmed" className="cf-name">
                    {step.by.replace(/^(peer|admin):/, '')}, revision {step.revision}
                  </Text>
                  <Text size="xs" c="dimmed">
                    <Time at={step.at} exact />
                  </Text>
                </Timeline.Item>
              ))}
            </Timeline>
          </Panel>
        </Grid.Col>
      </Grid>
      <Panel title="Transfers" flush>
        <TransferRows filter={{ agreement: id }} empty="Nothing was sent under it yet." height={360} />
      </Panel>
      <Panel
        title="Contract in force"
        actions={
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => save(`${id}.json`, 'application/json', JSON.stringify(one.contract, null, 2))}
          >
            Save
          </Button>
        }
      >
        <ScrollArea.Autosize
          mah={320}
          type="auto"
          viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Contract' }}
        >
          <Code block>{JSON.stringify(one.contract, null, 2)}</Code>
        </ScrollArea.Autosize>
      </Panel>
    </Page>
  );
}

const EVENTS: Readonly<Record<string, string>> = {
  propose: 'Offered here',
  'peer-propose': 'Offered by the peer',
  counter: 'Countered here',
  'peer-counter': 'Countered by the peer',
  accept: 'Accepted and signed here',
  'peer-accept': 'Accepted and signed by the peer',
  'peer-activate': 'In force on both sides',
  reject: 'Rejected here',
  'peer-reject': 'Rejected by the peer',
  terminate: 'Terminated here',
  'peer-terminate': 'Terminated by the peer',
  expire: 'Expired',
};

/** What is to happen next, and by whom. */
function Next({ of: one }: { of: Shown }) {
  if (one.waitingFor === 'us')
    return (
      <Alert color="orange" title="It waits for you">
        {one.role === 'consumer'
          ? 'Read what is offered and what is checked, then accept, counter or reject.'
          : 'The peer asks for other terms. Read what changed, then accept, counter or reject.'}
      </Alert>
    );
  if (one.waitingFor === 'peer')
    return (
      <Alert color="blue">
        It waits for <span className="cf-name">{one.peer}</span>. You can still terminate it.
      </Alert>
    );
  return null;
}

function Policy({ of: one }: { of: Shown }) {
  const seen = new Map(one.columns.map((column) => [column.name, column]));
  const dropped = Object.entries(one.policy.columns).filter(([, { op }]) => op === 'drop');
  const rows = [
    ...one.columns.map(({ name, type }) => ({ name, type, rule: own(one.policy.columns, name) })),
    ...dropped.filter(([name]) => !seen.has(name)).map(([name, rule]) => ({ name, type: '', rule })),
  ];
  if (rows.length === 0)
    return (
      <Table>
        <Table.Tbody />
      </Table>
    );
  return (
    <Rows
      rows={rows}
      keyOf={({ name }) => name}
      label="Columns"
      height={420}
      minWidth={480}
      columns={[
        {
          head: 'Column',
          cell: ({ name }) => (
            <Text size="sm" fw={550} className="cf-name">
              {name}
            </Text>
          ),
        },
        { head: 'Type as delivered', cell: ({ type }) => <span className="cf-mono">{type || 'not sent'}</span> },
        {
          head: 'Rule',
          cell: ({ rule }) => (
            <Text size="sm" c={rule === undefined ? 'dimmed' : undefined} className="cf-name">
              {rule === undefined ? 'as it is' : ruleText(rule)}
            </Text>
          ),
        },
      ]}
    />
  );
}
