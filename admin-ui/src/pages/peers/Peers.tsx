import { Anchor, Button, Group, Text } from '@mantine/core';
import { IconPlugConnected, IconPlugConnectedX, IconPlus, IconTopologyStar3 } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Reply } from '../../api/client';
import { useOp } from '../../api/queries';
import { useMay } from '../../app/session';
import { State } from '../../components/Badges';
import { Page } from '../../components/Page';
import { Panel } from '../../components/Panel';
import { type Column, Rows } from '../../components/Rows';
import { Empty, Failure, Loading } from '../../components/States';
import { Time } from '../../components/Time';
import { InviteDialog } from './InviteDialog';
import { Invites } from './Invites';

type Peer = Reply<'peer.list'>['peers'][number];

const COLUMNS: Column<Peer>[] = [
  {
    head: 'Organisation',
    cell: (peer) => (
      <>
        <Anchor
          component={Link}
          href={`/peers/${encodeURIComponent(peer.id)}`}
          fw={550}
          lineClamp={1}
          className="cf-name"
        >
          {peer.name}
        </Anchor>
        <Text size="xs" c="dimmed" className="cf-name">
          {peer.id}
        </Text>
      </>
    ),
  },
  { head: 'State', width: 190, cell: (peer) => <PeerState peer={peer} /> },
  { head: 'Connection', width: 180, cell: (peer) => <Connection peer={peer} /> },
  {
    head: 'CA certificate ends',
    width: 170,
    cell: ({ certificate }) => (
      <Text size="sm" component="span">
        <Time at={certificate.caExpiresAt} />
      </Text>
    ),
  },
  { head: 'Waiting messages', width: 140, right: true, cell: ({ undelivered }) => undelivered },
];

export function Peers() {
  const may = useMay();
  const [inviting, setInviting] = useState(false);
  const { data, error, refetch } = useOp('peer.list', {});
  const invite = may('invite.create') && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setInviting(true)}>
      Invite or accept
    </Button>
  );
  return (
    <Page
      title="Peers"
      about="Gateways of other organisations. Peering grants nothing: access exists only through an agreement."
      actions={invite}
    >
      {error !== null && <Failure error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data?.peers.length === 0 && (
        <Empty icon={IconTopologyStar3} title="No peers yet" action={invite}>
          Give an invite to another organisation, or paste the one it gave you. Then compare six words with it, and both
          gateways know each other.
        </Empty>
      )}
      {data !== undefined && data.peers.length > 0 && (
        <Panel flush>
          <Rows rows={data.peers} columns={COLUMNS} keyOf={({ id }) => id} label="Peers" />
        </Panel>
      )}
      <Invites />
      {may('invite.create') && <InviteDialog opened={inviting} close={() => setInviting(false)} />}
    </Page>
  );
}

export function PeerState({ peer }: { peer: Peer }) {
  const isToConfirm = peer.state === 'enrolled' && !peer.confirmedHere;
  return <State of={peer.state} label={isToConfirm ? 'enrolled: compare words' : peer.state} />;
}

function Connection({ peer }: { peer: Peer }) {
  if (peer.state === 'revoked')
    return (
      <Text size="sm" c="dimmed">
        ended
      </Text>
    );
  return (
    <Group gap={6} wrap="nowrap">
      {peer.connected ? (
        <IconPlugConnected size={16} color="var(--cf-good)" aria-hidden />
      ) : (
        <IconPlugConnectedX size={16} color="var(--mantine-color-dimmed)" aria-hidden />
      )}
      <Text size="sm" component="span">
        {peer.connected && 'connected'}
        {!peer.connected && peer.lastSeenAt === null && 'never seen'}
        {!peer.connected && peer.lastSeenAt !== null && (
          <>
            seen <Time at={peer.lastSeenAt} />
          </>
        )}
      </Text>
    </Group>
  );
}
