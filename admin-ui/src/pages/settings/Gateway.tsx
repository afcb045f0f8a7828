import { Alert, Anchor, Grid, List } from '@mantine/core';
import { useOp } from '../../api/queries';
import { State } from '../../components/Badges';
import { Id } from '../../components/Copy';
import { Facts, Panel } from '../../components/Panel';
import { Reach } from '../../components/Reach';
import { Failure, Loading } from '../../components/States';
import { Time } from '../../components/Time';
import { Diagnosis } from './Diagnosis';

/** What the gateway is, how it is set up, and what is wrong with it. */
export function Gateway() {
  const { data: status } = useOp('gateway.status', {});
  const { data, error, refetch } = useOp('gateway.settings', {});
  if (error !== null && data === undefined) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  return (
    <>
      {data.warnings.length > 0 && (
        <Alert color="orange" title="The configuration has warnings" mb="md">
          <List size="sm">
            {data.warnings.map((one) => (
              <List.Item key={one}>{one}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Panel title="This gateway">
            {status !== undefined && (
              <Facts
                of={[
                  ['Organisation', `${status.org} (${status.id})`],
                  ['Key', <Id key="k" of={status.fingerprint} most={32} what="fingerprint" />],
                  ['Ready', <State key="r" of={status.ready ? 'ok' : 'fault'} label={status.ready ? 'yes' : 'no'} />],
                  ...status.reasons.map(({ code, message }) => [code, message] as const),
                  ['Software', status.software],
                  ['Runs since', <Time key="s" at={status.startedAt} exact />],
                  ['Home', status.home],
                  [
                    'Admin API',
                    <Anchor key="o" href="/v1/openapi.json" size="sm">
                      OpenAPI description
                    </Anchor>,
                  ],
                ]}
              />
            )}
          </Panel>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Panel title="Can it be reached?" about="Dials the address that peers are told, as they would.">
            <Reach />
          </Panel>
          <Panel title="Diagnosis" about="Keys, ledger, store, disk, clock and every peer.">
            <Diagnosis />
          </Panel>
        </Grid.Col>
      </Grid>
    </>
  );
}
