import { Alert, Anchor, Button, Grid, Group, Menu, Stack, Tabs, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { call, type Reply } from '../../api/client';
import { useDo, useOp } from '../../api/queries';
import { useMay } from '../../app/session';
import { State } from '../../components/Badges';
import { Checks } from '../../components/Checks';
import { Confirm } from '../../components/Confirm';
import { Id } from '../../components/Copy';
import { TransferMeter } from '../../components/Meter';
import { Page } from '../../components/Page';
import { Facts, Panel } from '../../components/Panel';
import { Rows } from '../../components/Rows';
import { Failure, Gone, Loading } from '../../components/States';
import { Time } from '../../components/Time';
import { bytes, many, seconds } from '../../text/format';
import { save } from '../../text/save';
import { Steps } from './Steps';

export type Shown = Reply<'transfer.show'>;

export function Transfer({ id }: { id: string }) {
  const { data: one, error, refetch } = useOp('transfer.show', { id });
  if (error !== null && one === undefined)
    return error.status === 404 ? (
      <Gone what="This transfer" back={{ href: '/transfers', label: 'All transfers' }} />
    ) : (
      <Failure error={error} retry={() => void refetch()} />
    );
  if (one === undefined) return <Loading />;
  const took = (Date.parse(one.updatedAt) - Date.parse(one.startedAt)) / 1000;
  return (
    <Page
      title={one.dataset}
      beside={<State of={one.state} />}
      about={
        <>
          {one.role === 'provider' ? 'To' : 'From'}{' '}
          <Anchor component={Link} href={`/peers/${encodeURIComponent(one.peer)}`} className="cf-name">
            {one.peer}
          </Anchor>{' '}
          under <Link href={`/agreements/${encodeURIComponent(one.agreement)}`}>this agreement</Link>
        </>
      }
      up={{ href: '/transfers', label: 'Transfers' }}
      actions={<Acts of={one} />}
    >
      {one.reasons.length > 0 && (
        <Alert color={one.final ? 'red' : 'orange'} title={one.final ? 'Why it stopped' : 'Why it waits'} mb="md">
          <Stack gap={6}>
            {one.reasons.map(({ code, message, hint }) => (
              <div key={`${code} ${message}`}>
                <Text size="sm" className="cf-name">
                  {message}
                </Text>
                {hint !== undefined && (
                  <Text size="sm" c="dimmed">
                    {hint}
                  </Text>
                )}
                <Text size="xs" className="cf-mono">
                  {code}
                </Text>
              </div>
            ))}
            {!one.final && (
              <Text size="sm">Nothing is lost: it goes on by itself from where it is, as soon as that can be.</Text>
            )}
          </Stack>
        </Alert>
      )}
      {!one.final && (
        <Panel title="Progress">
          <TransferMeter of={one} />
        </Panel>
      )}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Panel title="Step by step">
            <Steps of={one} />
          </Panel>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Panel title="Delivery">
            <Facts
              of={[
                ['Version', <Id key="v" of={one.version} what="version" most={34} />],
                ['Rows', many(one.rows, 'row')],
                ['Size', bytes(one.bytes)],
                ['Took', one.final ? seconds(took) : 'under way'],
                ['Landed', one.landed ?? whereLanded(one)],
                ['Started', <Time key="s" at={one.startedAt} exact />],
                ['Last change', <Time key="u" at={one.updatedAt} exact />],
                ['Transfer', <Id key="i" of={one.id} most={34} />],
                ['Correlation', <Id key="c" of={one.correlation} what="correlation id" most={34} />],
              ]}
            />
            <Text size="xs" c="dimmed" mt="sm">
              Both gateways show this transfer under the same id and correlation.
            </Text>
          </Panel>
        </Grid.Col>
      </Grid>
      <BothSides of={one} />
      {one.view !== null && (
        <Panel
          title={one.state === 'receipted' ? 'What was delivered, by digest' : 'What was sent, by digest'}
          about="A column that is not masked has the same root for every recipient of the version."
          flush
        >
          <Rows
            rows={one.view.columns}
            keyOf={({ name }) => name}
            label="Columns"
            height={360}
            minWidth={560}
            columns={[
              { head: 'Column', cell: ({ name }) => <span className="cf-name">{name}</span> },
              { head: 'Operator', cell: ({ operator }) => operator },
              { head: 'Root', cell: ({ root }) => <Id of={root} what="root" most={28} /> },
            ]}
          />
        </Panel>
      )}
    </Page>
  );
}

function whereLanded({ state, role, final }: Shown): string {
  if (state === 'landed' || state === 'receipted') return role === 'provider' ? 'at the consumer' : 'here';
  return final ? 'nothing landed' : 'not yet';
}

function BothSides({ of: one }: { of: Shown }) {
  const { provider, consumer } = one.report;
  const compared = one.comparison;
  const tab = (side: 'provider' | 'consumer') => {
    const report = one.report[side];
    const name = one.role === side ? 'Here' : `At ${one.peer}`;
    return (
      <Tabs.Tab value={side}>
        <Group gap="xs">
          <span className="cf-name">
            {name}, the {side}
          </span>
          {report !== null && <State of={report.verdict} />}
        </Group>
      </Tabs.Tab>
    );
  };
  return (
    <Panel
      title="Checks on both sides"
      about={
        compared === null
          ? 'The provider checks before a byte leaves, the consumer before anything lands.'
          : compared.compared === 0
            ? 'Each side ran checks of its own; none ran to its end on both.'
            : compared.differing.length === 0
              ? `Both sides came to the same result for all ${many(compared.compared, 'check')} that they share.`
              : `The sides differ on: ${compared.differing.join(', ')}.`
      }
    >
      <Tabs defaultValue={consumer !== null && consumer.verdict !== 'pass' ? 'consumer' : 'provider'}>
        <Tabs.List mb="sm">
          {tab('provider')}
          {tab('consumer')}
        </Tabs.List>
        {(['provider', 'consumer'] as const).map((side) => {
          const report = side === 'provider' ? provider : consumer;
          return (
            <Tabs.Panel key={side} value={side}>
              {report === null ? (
                <Text size="sm" c="dimmed">
                  No report of this side{one.final ? '.' : ' yet.'}
                </Text>
              ) : (
                <Checks report={report} />
              )}
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </Panel>
  );
}

const FORMATS = [
  { format: 'html', label: 'Page to read' },
  { format: 'json', label: 'Signed JSON' },
  { format: 'junit', label: 'JUnit XML' },
] as const;

function Acts({ of: one }: { of: Shown }) {
  const may = useMay();
  const [, go] = useLocation();
  const [cancelling, setCancelling] = useState(false);
  const resume = useDo('transfer.resume');
  const again = useDo('transfer.start');
  const told = ({ message, hint }: { message: string; hint: string }) =>
    notifications.show({ color: 'red', title: message, message: hint });
  const report = (format: (typeof FORMATS)[number]['format']) =>
    call('transfer.report', { id: one.id, format }).then(
      ({ file, mediaType, content }) => save(file, mediaType, content),
      told,
    );
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
            Report
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {FORMATS.map(({ format, label }) => (
            <Menu.Item key={format} onClick={() => void report(format)}>
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {may('transfer.resume') && one.state === 'failed' && (
        <Button
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={resume.isPending}
          onClick={() => resume.mutate({ id: one.id }, { onError: told })}
        >
          Go on from where it stopped
        </Button>
      )}
      {may('transfer.start') && one.final && one.state !== 'receipted' && (
        <Button
          variant="default"
          loading={again.isPending}
          onClick={() =>
            again.mutate(
              { agreement: one.agreement },
              { onSuccess: ({ id }) => go(`/transfers/${encodeURIComponent(id)}`), onError: told },
            )
          }
        >
          Start anew
        </Button>
      )}
      {may('transfer.cancel') && !one.final && (
        <Button
          variant="default"
          c="var(--cf-bad)"
          leftSection={<IconPlayerStop size={16} aria-hidden />}
          onClick={() => setCancelling(true)}
        >
          Cancel
        </Button>
      )}
      <Confirm
        name="transfer.cancel"
        input={{ id: one.id }}
        title="Cancel this transfer"
        happens={['It stops on both sides.', 'Nothing of it lands; what is in quarantine is destroyed.']}
        button="Cancel the transfer"
        done="Cancelled."
        askReason
        opened={cancelling}
        close={() => setCancelling(false)}
      />
    </>
  );
}
