import { Alert, Button, Grid, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Reply } from '../../api/client';
import { useOp } from '../../api/queries';
import { useMay } from '../../app/session';
import { Id } from '../../components/Copy';
import { Page } from '../../components/Page';
import { Facts, Panel } from '../../components/Panel';
import { Failure, Gone, Loading } from '../../components/States';
import { Time } from '../../components/Time';
import { many } from '../../text/format';
import { AgreementRows } from '../agreements/Rows';
import { Diagnosis } from '../settings/Diagnosis';
import { type Act, PeerActs } from './PeerActs';
import { PeerState } from './Peers';
import { Words } from './Words';

type Shown = Reply<'peer.show'>;

export function Peer({ id }: { id: string }) {
  const may = useMay();
  const [act, setAct] = useState<Act>();
  const { data: peer, error, refetch } = useOp('peer.show', { id });
  if (error !== null && peer === undefined)
    return error.status === 404 ? (
      <Gone what="This peer" back={{ href: '/peers', label: 'All peers' }} />
    ) : (
      <Failure error={error} retry={() => void refetch()} />
    );
  if (peer === undefined) return <Loading />;
  const button = (name: Act, label: string, icon: React.ReactNode, color?: string) => (
    <Button variant="default" c={color} leftSection={icon} onClick={() => setAct(name)}>
      {label}
    </Button>
  );
  return (
    <Page
      title={peer.name}
      beside={<PeerState peer={peer} />}
      about={<span className="cf-name">{peer.id}</span>}
      up={{ href: '/peers', label: 'Peers' }}
      actions={
        may('peer.suspend') && (
          <>
            {peer.state === 'active' && button('suspend', 'Suspend', <IconPlayerPause size={16} aria-hidden />)}
            {peer.state === 'suspended' && button('resume', 'Resume', <IconPlayerPlay size={16} aria-hidden />)}
            {peer.state !== 'revoked' &&
              button('revoke', 'Revoke', <IconTrash size={16} aria-hidden />, 'var(--cf-bad)')}
          </>
        )
      }
    >
      <Warnings peer={peer} acknowledge={() => setAct('acknowledge')} />
      <Words peer={peer} decline={() => setAct('revoke')} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Panel title="Identity">
            <Identity peer={peer} />
          </Panel>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Panel title="Connection" about="Dials the peer as a transfer would, and looks for what is wrong.">
            <Diagnosis peer={id} />
          </Panel>
        </Grid.Col>
      </Grid>
      <Panel
        title="Agreements"
        flush
        actions={
          may('agreement.offer') &&
          peer.state === 'active' && (
            <Button
              component={Link}
              href={`/agreements/new?peer=${encodeURIComponent(id)}`}
              size="compact-md"
              variant="light"
            >
              Offer a dataset
            </Button>
          )
        }
      >
        <AgreementRows peer={id} />
      </Panel>
      <Group gap="md" mb="md">
        <Link href={`/ledger?peer=${encodeURIComponent(id)}`}>The ledger of this relation</Link>
        <Link href={`/transfers?peer=${encodeURIComponent(id)}`}>Transfers with this peer</Link>
      </Group>
      <PeerActs peer={peer} act={act} close={() => setAct(undefined)} />
    </Page>
  );
}

function Identity({ peer }: { peer: Shown }) {
  return (
    <Facts
      of={[
        ['Key', <Id key="k" of={peer.fingerprint} most={32} what="fingerprint" />],
        peer.formerFingerprint !== null
          ? ['Earlier key', <Id key="f" of={peer.formerFingerprint} most={32} what="fingerprint" />]
          : undefined,
        ['Pinned CA', <Id key="c" of={peer.certificate.caFingerprint} most={32} what="fingerprint" />],
        ['CA valid until', <Time key="u" at={peer.certificate.caExpiresAt} exact />],
        ['Address', peer.endpoint ?? 'none: it dials us'],
        ['Known since', <Time key="e" at={peer.enrolledAt} exact />],
        ['Connection', peer.connected ? 'connected' : 'not connected'],
        peer.lastSeenAt !== null ? ['Last seen', <Time key="l" at={peer.lastSeenAt} />] : undefined,
        peer.undelivered > 0 ? ['Waits for it', many(peer.undelivered, 'message')] : undefined,
        peer.stateReason !== null
          ? [`${peer.state} by ${peer.stateBy === 'us' ? 'us' : peer.stateBy}`, peer.stateReason]
          : undefined,
      ]}
    />
  );
}

function Warnings({ peer, acknowledge }: { peer: Shown; acknowledge: () => void }) {
  const may = useMay();
  return (
    <>
      {peer.restored && (
        <Alert
          mb="md"
          color="orange"
          icon={<IconAlertTriangle aria-hidden />}
          title="This peer restored an older ledger"
        >
          <Text size="sm" mb="xs">
            It lost what it had signed since. Nothing is exchanged until you accept that it goes on from there.
          </Text>
          {may('peer.acknowledge-restore') && (
            <Button size="compact-sm" variant="light" color="orange" onClick={acknowledge}>
              Accept the restore
            </Button>
          )}
        </Alert>
      )}
      {peer.evidence.length > 0 && (
        <Alert mb="md" color="red" icon={<IconAlertTriangle aria-hidden />} title="Evidence against this peer">
          {peer.evidence.map((one) => (
            <Text size="sm" key={one.digest} className="cf-name">
              {one.kind}, <Time at={one.at} exact />: {one.file}
            </Text>
          ))}
        </Alert>
      )}
    </>
  );
}
