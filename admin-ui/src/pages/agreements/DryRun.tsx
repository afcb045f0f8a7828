import { Button, Stack, Text } from '@mantine/core';
import { useLong } from '../../api/queries';
import { State } from '../../components/Badges';
import { Checks } from '../../components/Checks';
import { CallMeter } from '../../components/Meter';
import { Failure } from '../../components/States';
import { many } from '../../text/format';

/** Runs the checks on the newest version where the data is; nothing is sent. */
export function DryRun({ id }: { id: string }) {
  const run = useLong('agreement.dry-run');
  return (
    <Stack gap="sm" mt="xs" align="stretch">
      <Button
        w="fit-content"
        size="compact-sm"
        variant="light"
        loading={run.running}
        onClick={() => void run.run({ id })}
      >
        Try them on the newest version
      </Button>
      {run.running && <CallMeter progress={run.progress} what="Checking every row, sending nothing" />}
      {run.error !== undefined && <Failure error={run.error} />}
      {run.result !== undefined && (
        <>
          <Text size="sm" component="div" c="var(--mantine-color-text)">
            <State of={run.result.report.verdict} /> {many(run.result.report.rows, 'row')} of{' '}
            <span className="cf-mono">{run.result.version}</span>
          </Text>
          <Checks report={run.result.report} />
        </>
      )}
    </Stack>
  );
}
