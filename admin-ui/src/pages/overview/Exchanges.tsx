import { Anchor, Box, Group, Stack, Text } from '@mantine/core';
import { IconBuilding, IconTopologyStar3 } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Reply } from '../../api/client';
import { useSession } from '../../app/session';
import { State } from '../../components/Badges';
import { Panel } from '../../components/Panel';
import { Time } from '../../components/Time';
import { bytes, many } from '../../text/format';

type Exchange = Reply<'overview.show'>['exchanges'][number];

/** Height of one agreement in the picture, so that lines meet their ends. */
const ROW = 76;
const MOST = 8;

/** Who exchanges what with whom: what comes in at the left, what goes out at the right. */
export function Exchanges({ exchanges }: { exchanges: readonly Exchange[] }) {
  const { gateway } = useSession();
  const current = exchanges.filter(({ state }) => !['rejected', 'terminated', 'expired'].includes(state));
  const shown = current.slice(0, MOST);
  const incoming = shown.filter(({ role }) => role === 'consumer');
  const outgoing = shown.filter(({ role }) => role === 'provider');
  const height = Math.max(incoming.length, outgoing.length, 1) * ROW;
  return (
    <Panel title="Who exchanges what with whom">
      {shown.length === 0 ? (
        <Group gap="xs" c="dimmed">
          <IconTopologyStar3 size={18} aria-hidden />
          <Text size="sm">No agreements are in force yet.</Text>
        </Group>
      ) : (
        <div className="cf-flows">
          {incoming.length > 0 && (
            <>
              <Side exchanges={incoming} height={height} label="Comes in" />
              <Lines of={incoming} height={height} isIn />
            </>
          )}
          <div className="cf-self" style={{ minHeight: Math.min(height, ROW) }}>
            <IconBuilding size={20} aria-hidden />
            <Text fw={600} size="sm" className="cf-name" ta="center">
              {gateway.org}
            </Text>
          </div>
          {outgoing.length > 0 && (
            <>
              <Lines of={outgoing} height={height} />
              <Side exchanges={outgoing} height={height} label="Goes out" />
            </>
          )}
        </div>
      )}
      {current.length > MOST && (
        <Text size="sm" mt="sm">
          <Link href="/agreements">{many(current.length - MOST, 'more agreement')}</Link>
        </Text>
      )}
    </Panel>
  );
}

function Side({ exchanges, height, label }: { exchanges: readonly Exchange[]; height: number; label: string }) {
  return (
    <Stack
      component="ul"
      className="cf-list"
      gap={0}
      justify="space-around"
      mih={{ base: 0, xs: height }}
      aria-label={label}
    >
      {exchanges.map((one) => (
        <Box component="li" key={one.agreement} h={ROW} className="cf-flow">
          <Group gap={6} wrap="nowrap">
            <Anchor
              component={Link}
              href={`/agreements/${encodeURIComponent(one.agreement)}`}
              fw={550}
              size="sm"
              truncate
              className="cf-isolate"
            >
              {one.dataset}
            </Anchor>
            {one.state !== 'active' && <State of={one.state} />}
          </Group>
          <Text size="xs" truncate className="cf-isolate">
            {one.role === 'provider' ? 'to' : 'from'} {one.peer}
          </Text>
          <Text size="xs" c="dimmed" truncate>
            {one.delivered.transfers === 0
              ? 'nothing delivered yet'
              : `${many(one.delivered.rows, 'row')}, ${bytes(one.delivered.bytes)}`}
            {one.lastAt !== null && (
              <>
                {' · '}
                <Time at={one.lastAt} />
              </>
            )}
          </Text>
        </Box>
      ))}
    </Stack>
  );
}

/** Lines from each agreement to us, thicker the more was delivered; dashed when nothing was. */
function Lines({ of, height, isIn = false }: { of: readonly Exchange[]; height: number; isIn?: boolean }) {
  const middle = height / 2;
  const gap = height / of.length;
  return (
    <svg className="cf-lines" viewBox={`0 0 100 ${height}`} height={height} preserveAspectRatio="none" aria-hidden>
      {of.map((one, at) => {
        const y = gap * at + gap / 2;
        const from = isIn ? y : middle;
        const to = isIn ? middle : y;
        const width = 1.5 + Math.min(5, Math.log10(1 + one.delivered.bytes) / 2);
        return (
          <path
            key={one.agreement}
            d={`M0 ${from} C50 ${from} 50 ${to} 100 ${to}`}
            strokeWidth={width}
            strokeDasharray={one.delivered.transfers === 0 ? '4 5' : undefined}
            className={one.underWay > 0 ? 'cf-line cf-line-now' : 'cf-line'}
            vectorEffect="non-scaling-stroke"
          />
        );
      })}
    </svg>
  );
}
