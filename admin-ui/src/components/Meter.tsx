import { Box, Group, Progress, Text } from '@mantine/core';
import type { Reply, Progress as Told } from '../api/client';
import { bytes, count, many, percent, seconds } from '../text/format';

type Transfer = Reply<'transfer.list'>['transfers'][number];

/** How far a transfer is: part of the whole, rate, time left. */
export function TransferMeter({ of }: { of: Transfer }) {
  const whole = of.bytesTotal ?? of.rowsTotal;
  const part = of.bytesTotal !== null ? of.bytes : of.rows;
  const share = whole === null || whole === 0 ? undefined : Math.min(100, (part / whole) * 100);
  return (
    <Box miw={180}>
      <Progress
        value={share ?? 100}
        animated={share === undefined || of.state !== 'streaming'}
        size="sm"
        mb={4}
        aria-label={`Progress of ${of.dataset}`}
      />
      <Text size="xs" c="dimmed">
        {share !== undefined && `${percent(part, whole ?? 0)} · `}
        {many(of.rows, 'row')} · {bytes(of.bytes)}
        {of.bytesPerSecond !== null && ` · ${bytes(of.bytesPerSecond)}/s`}
        {of.secondsLeft !== null && ` · ${seconds(of.secondsLeft)} left`}
      </Text>
    </Box>
  );
}

/** How far a long call is. */
export function CallMeter({ progress, what }: { progress: Told | undefined; what: string }) {
  const total = progress?.total;
  const share = progress === undefined || !total ? undefined : Math.min(100, (progress.done / total) * 100);
  return (
    <Box role="status">
      <Group justify="space-between" mb={4}>
        <Text size="sm">{what}</Text>
        <Text size="xs" c="dimmed">
          {progress !== undefined && `${progress.phase}: ${count(progress.done)} ${progress.unit}`}
          {share !== undefined && ` of ${count(total!)}`}
        </Text>
      </Group>
      <Progress value={share ?? 100} animated aria-label={what} />
    </Box>
  );
}
