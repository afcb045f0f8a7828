import { Text, Timeline } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { Time } from '../../components/Time';
import { seconds } from '../../text/format';
import type { Shown } from './Transfer';

const WORDS: Readonly<Record<string, string>> = {
  offered: 'The version was offered under the agreement',
  checking: 'The provider checks the whole version before a byte leaves',
  streaming: 'Batches go to the quarantine of the consumer',
  verifying: 'The consumer compares digests and runs its checks',
  landed: 'The rows have landed, all at once',
  receipted: 'The consumer has signed the receipt',
  refused: 'The provider refused: its checks failed, nothing left',
  rejected: 'The consumer rejected: its checks failed, nothing landed',
  cancelled: 'It was cancelled; nothing landed',
  failed: 'It failed; nothing landed',
};

const WAY = ['offered', 'checking', 'streaming', 'verifying', 'landed', 'receipted'];

/** What happened, when, and how long each step took; then what is still to come. */
export function Steps({ of: one }: { of: Shown }) {
  const done = one.steps;
  const rest = one.final ? [] : WAY.slice(WAY.indexOf(one.state) + 1);
  return (
    <Timeline bulletSize={22} lineWidth={2} active={done.length - 1}>
      {done.map(({ at, state }, place) => {
        const next = done[place + 1];
        const isBad = ['refused', 'rejected', 'cancelled', 'failed'].includes(state);
        return (
          <Timeline.Item
            key={`${at} ${state}`}
            title={state}
            color={isBad ? 'red' : undefined}
            bullet={isBad ? <IconX size={13} aria-hidden /> : <IconCheck size={13} aria-hidden />}
          >
            <Text size="sm" c="dimmed">
              {WORDS[state]}
            </Text>
            <Text size="xs" c="dimmed">
              <Time at={at} exact />
              {next !== undefined && `, took ${seconds((Date.parse(next.at) - Date.parse(at)) / 1000)}`}
            </Text>
          </Timeline.Item>
        );
      })}
      {rest.map((state) => (
        <Timeline.Item key={state} title={state} lineVariant="dashed">
          <Text size="sm" c="dimmed">
            still to come
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
