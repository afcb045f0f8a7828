import { Anchor, Box, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowsExchange,
  IconCertificate,
  IconCircleCheck,
  IconClockExclamation,
  IconFileCertificate,
  IconHeartBroken,
  IconHistory,
  IconMail,
  type IconProps,
  IconUserCheck,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { Link } from 'wouter';
import type { Reply } from '../../api/client';
import { Panel } from '../../components/Panel';
import { Time } from '../../components/Time';

type Thing = Reply<'overview.show'>['waiting'][number];

const KINDS: Readonly<Record<Thing['kind'], { icon: ComponentType<IconProps>; color: string; act: string }>> = {
  words: { icon: IconUserCheck, color: 'orange', act: 'Compare the words' },
  reply: { icon: IconMail, color: 'blue', act: 'Look at the peer' },
  offer: { icon: IconFileCertificate, color: 'blue', act: 'Answer' },
  conflict: { icon: IconAlertTriangle, color: 'orange', act: 'Settle it' },
  stopped: { icon: IconArrowsExchange, color: 'red', act: 'See why' },
  expiring: { icon: IconClockExclamation, color: 'orange', act: 'Look at it' },
  certificate: { icon: IconCertificate, color: 'orange', act: 'Settings' },
  restored: { icon: IconHistory, color: 'orange', act: 'Look at the peer' },
  health: { icon: IconHeartBroken, color: 'red', act: 'Diagnosis' },
};

function whereTo({ transfer, agreement, peer }: Thing): string {
  if (transfer !== null) return `/transfers/${encodeURIComponent(transfer)}`;
  if (agreement !== null) return `/agreements/${encodeURIComponent(agreement)}`;
  return peer === null ? '/settings/gateway' : `/peers/${encodeURIComponent(peer)}`;
}

/** What nobody but a person here can settle. */
export function Waiting({ waiting }: { waiting: readonly Thing[] }) {
  return (
    <Panel title="Waits for you">
      {waiting.length === 0 ? (
        <Group gap="xs" c="dimmed">
          <IconCircleCheck size={18} aria-hidden color="var(--cf-good)" />
          <Text size="sm">Nothing waits: no words to compare, no offers to answer, no stopped deliveries.</Text>
        </Group>
      ) : (
        <Stack gap="sm" component="ul" className="cf-list">
          {waiting.map((thing) => (
            <One key={`${thing.kind} ${whereTo(thing)} ${thing.message}`} thing={thing} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function One({ thing }: { thing: Thing }) {
  const { icon: Icon, color, act } = KINDS[thing.kind];
  return (
    <Group component="li" wrap="nowrap" align="flex-start" gap="sm">
      <ThemeIcon variant="light" color={color} size={30}>
        <Icon size={17} aria-hidden />
      </ThemeIcon>
      <Box miw={0} flex={1}>
        <Text size="sm" className="cf-name">
          {thing.message}
        </Text>
        <Group gap="xs">
          <Anchor component={Link} href={whereTo(thing)} size="sm">
            {act}
          </Anchor>
          {thing.at !== null && (
            <Text size="xs" c="dimmed" component="span">
              <Time at={thing.at} />
            </Text>
          )}
        </Group>
      </Box>
    </Group>
  );
}
