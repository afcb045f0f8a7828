import { Anchor, Box, Group, Stack, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useOp } from '../../api/queries';
import { State } from '../../components/Badges';
import { TransferMeter } from '../../components/Meter';
import { Panel } from '../../components/Panel';

/** Transfers under way, live. */
export function Now() {
  const { data } = useOp('transfer.list', { state: 'open', limit: 20 });
  const transfers = (data?.transfers ?? []).filter((one) => !one.final);
  return (
    <Panel title="Transfers now">
      {transfers.length === 0 ? (
        <Text size="sm" c="dimmed">
          None under way. <Link href="/transfers">All transfers</Link>
        </Text>
      ) : (
        <Stack gap="md" component="ul" className="cf-list">
          {transfers.map((one) => (
            <Group key={one.id} component="li" justify="space-between" gap="sm">
              <Box miw={0}>
                <Group gap={6}>
                  {one.role === 'provider' ? (
                    <IconArrowUp size={16} aria-label="sent" />
                  ) : (
                    <IconArrowDown size={16} aria-label="received" />
                  )}
                  <Anchor component={Link} href={`/transfers/${one.id}`} fw={550} className="cf-name">
                    {one.dataset}
                  </Anchor>
                  <State of={one.state} />
                </Group>
                <Text size="xs" c="dimmed" className="cf-name">
                  {one.role === 'provider' ? 'to' : 'from'} {one.peer}
                </Text>
              </Box>
              <TransferMeter of={one} />
            </Group>
          ))}
        </Stack>
      )}
    </Panel>
  );
}
