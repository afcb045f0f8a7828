import { Anchor, Group, Text } from '@mantine/core';
import { IconPlugConnected, IconPlugConnectedX } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Reply } from '../../api/client';
import { useOp } from '../../api/queries';
import { State } from '../../components/Badges';
import { Facts, Panel } from '../../components/Panel';
import { Time } from '../../components/Time';
import { many } from '../../text/format';

type Overview = Reply<'overview.show'>;

/** Peers and their connections; the last look at the ledger. */
export function Health({ verified, certificate }: Pick<Overview, 'verified' | 'certificate'>) {
  const { data } = useOp('peer.list', {});
  const peers = (data?.peers ?? []).filter(({ state }) => state !== 'revoked');
  return (
    <>
      <Panel title="Peers">
        {peers.length === 0 ? (
          <Text size="sm" c="dimmed">
            None yet. <Link href="/peers">Meet one</Link>
          </Text>
        ) : (
          <ul className="cf-list">
            {peers.slice(0, 8).map((peer) => (
              <Group key={peer.id} component="li" justify="space-between" wrap="nowrap" py={4}>
                <Group gap={6} wrap="nowrap" miw={0}>
                  {peer.connected ? (
                    <IconPlugConnected size={16} color="var(--cf-good)" aria-label="connected" />
                  ) : (
                    <IconPlugConnectedX size={16} color="var(--mantine-color-dimmed)" aria-label="not connected" />
                  )}
                  <Anchor
                    component={Link}
                    href={`/peers/${encodeURIComponent(peer.id)}`}
                    size="sm"
                    truncate
                    className="cf-isolate"
                  >
                    {peer.name}
                  </Anchor>
                </Group>
                <State of={peer.state} />
              </Group>
            ))}
            {peers.length > 8 && (
              <li>
                <Link href="/peers">{many(peers.length - 8, 'more peer')}</Link>
              </li>
            )}
          </ul>
        )}
      </Panel>
      <Panel title="Proof">
        <Facts
          of={[
            [
              'Ledger',
              verified === null ? (
                <>
                  Not verified since the start. <Link href="/ledger/verify">Verify now</Link>
                </>
              ) : (
                <>
                  <State
                    of={verified.ok ? 'ok' : 'fault'}
                    label={verified.ok ? 'sound' : many(verified.faults, 'fault')}
                  />{' '}
                  {many(verified.entries, 'entry', 'entries')}, <Time at={verified.at} />
                </>
              ),
            ],
            [
              'Certificate',
              <span key="c">
                valid until <Time at={certificate.expiresAt} exact />
                {certificate.renewsItself && ', renews itself'}
              </span>,
            ],
          ]}
        />
      </Panel>
    </>
  );
}
