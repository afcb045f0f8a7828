import { Box, Group, Text } from '@mantine/core';
import type { Reply } from '../../api/client';
import { Panel } from '../../components/Panel';
import { bytes, many } from '../../text/format';

type Day = Reply<'overview.show'>['days'][number];

/** Throughput and results of the last days, a bar for each. */
export function Days({ days }: { days: readonly Day[] }) {
  const sum = (pick: (day: Day) => number) => days.reduce((all, day) => all + pick(day), 0);
  const delivered = sum(({ sent, received }) => sent.transfers + received.transfers);
  const stopped = sum(({ refused, rejected, failed }) => refused + rejected + failed);
  return (
    <Panel title="Last 30 days" about="Days end at midnight UTC.">
      <Bars
        title="Throughput"
        sum={`${bytes(sum((day) => day.sent.bytes))} sent, ${bytes(sum((day) => day.received.bytes))} received`}
        bars={days.map((day) => ({
          day: day.day,
          parts: [
            { name: 'sent', value: day.sent.bytes, text: bytes(day.sent.bytes), color: 'var(--cf-sent)' },
            { name: 'received', value: day.received.bytes, text: bytes(day.received.bytes), color: 'var(--cf-got)' },
          ],
        }))}
      />
      <Bars
        title="Results of checks"
        sum={`${many(delivered, 'delivery', 'deliveries')}, ${many(stopped, 'stopped', 'stopped')}`}
        bars={days.map((day) => ({
          day: day.day,
          parts: [
            part('delivered', day.sent.transfers + day.received.transfers, 'var(--cf-good)'),
            part('refused by the provider', day.refused, 'var(--cf-warn)'),
            part('rejected by the consumer', day.rejected, 'var(--cf-bad)'),
            part('failed', day.failed, 'var(--mantine-color-gray-6)'),
          ],
        }))}
      />
    </Panel>
  );
}

const part = (name: string, value: number, color: string) => ({ name, value, text: String(value), color });

interface Bar {
  day: string;
  parts: { name: string; value: number; text: string; color: string }[];
}

const HEIGHT = 64;

/** Stacked bars, with the numbers as a table for those who do not see them. */
function Bars({ title, sum, bars }: { title: string; sum: string; bars: readonly Bar[] }) {
  const whole = ({ parts }: Bar) => parts.reduce((all, { value }) => all + value, 0);
  const most = Math.max(1, ...bars.map(whole));
  const step = 100 / Math.max(1, bars.length);
  const names = bars[0]?.parts.map(({ name, color }) => ({ name, color })) ?? [];
  return (
    <Box mb="lg">
      <Group justify="space-between" mb={6} gap={4}>
        <Text size="sm" fw={550}>
          {title}
        </Text>
        <Text size="xs" c="dimmed">
          {sum}
        </Text>
      </Group>
      <svg
        width="100%"
        height={HEIGHT}
        viewBox={`0 0 100 ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}: ${sum}`}
        className="cf-bars"
      >
        {bars.map((bar, at) => {
          let top = HEIGHT;
          return (
            <g key={bar.day}>
              <title>{`${bar.day}: ${bar.parts.map(({ name, text }) => `${name} ${text}`).join(', ')}`}</title>
              <rect x={at * step} y={0} width={step} height={HEIGHT} fill="transparent" />
              <rect x={at * step + step * 0.15} y={HEIGHT - 1.5} width={step * 0.7} height={1.5} className="cf-zero" />
              {bar.parts.map(({ name, value, color }) => {
                const height = (value / most) * (HEIGHT - 2);
                top -= height;
                return (
                  <rect
                    key={name}
                    x={at * step + step * 0.15}
                    y={top}
                    width={step * 0.7}
                    height={height}
                    style={{ fill: color }}
                  />
                );
              })}
            </g>
          );
        })}
      </svg>
      <Group justify="space-between" mt={4} gap={4}>
        <Text size="xs" c="dimmed">
          {bars[0]?.day} to {bars.at(-1)?.day}
        </Text>
        <Group gap="xs">
          {names.map(({ name, color }) => (
            <Group key={name} gap={4}>
              <Box w={8} h={8} bdrs={2} bg={color} aria-hidden />
              <Text size="xs" c="dimmed">
                {name}
              </Text>
            </Group>
          ))}
        </Group>
      </Group>
    </Box>
  );
}
