import { Alert, Button, Stack, Table, Text } from '@mantine/core';
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useLong } from '../../api/queries';
import { Id } from '../../components/Copy';
import { CallMeter } from '../../components/Meter';
import { Panel } from '../../components/Panel';
import { Failure } from '../../components/States';
import { count, many } from '../../text/format';

/** Recomputes everything from the files, as an auditor would. */
export function Verify({ peer }: { peer: string | undefined }) {
  const run = useLong('ledger.verify');
  const report = run.result;
  return (
    <Panel
      title="Verify now"
      about={
        peer === undefined
          ? 'Recomputes all chains and trees from the files, checks every signature and head, and compares with what peers have signed.'
          : `The same for the relation with ${peer}: ours, and what it has signed of its own log.`
      }
    >
      <Stack>
        <Button
          w="fit-content"
          leftSection={<IconShieldCheck size={16} aria-hidden />}
          loading={run.running}
          onClick={() => void run.run(peer === undefined ? {} : { peer })}
        >
          Verify now
        </Button>
        {run.running && <CallMeter progress={run.progress} what="Verifying" />}
        {run.error !== undefined && <Failure error={run.error} />}
        {report !== undefined && (
          <>
            <Alert
              role="status"
              color={report.ok ? 'green' : 'red'}
              icon={report.ok ? <IconShieldCheck aria-hidden /> : <IconShieldX aria-hidden />}
              title={report.ok ? 'Sound' : many(report.faults.length, 'fault')}
            >
              {many(report.entries, 'entry', 'entries')} in {many(report.logs.length, 'log')} were recomputed.
            </Alert>
            {report.faults.map((fault) => (
              <Alert key={`${fault.class} ${fault.log} ${fault.seq}`} color="red" title={fault.class}>
                <Text size="sm" className="cf-name">
                  {fault.message}
                </Text>
                <Text size="xs" c="dimmed" className="cf-name">
                  {fault.log} {fault.seq !== null && `entry ${fault.seq}`}{' '}
                  {fault.culprit !== null && `points at ${fault.culprit}`}
                </Text>
              </Alert>
            ))}
            <Table.ScrollContainer minWidth={520}>
              <Table aria-label="Logs">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Log</Table.Th>
                    <Table.Th className="cf-num">Entries</Table.Th>
                    <Table.Th>Root</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {report.logs.map((log) => (
                    <Table.Tr key={log.origin}>
                      <Table.Td className="cf-name">{log.origin}</Table.Td>
                      <Table.Td className="cf-num">{count(log.size)}</Table.Td>
                      <Table.Td>
                        <Id of={log.root} what="root" most={28} />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </>
        )}
      </Stack>
    </Panel>
  );
}
