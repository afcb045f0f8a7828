import type { Reply } from '../../api/client';
import { useOp } from '../../api/queries';
import { Confirm } from '../../components/Confirm';
import { many } from '../../text/format';

export type Act = 'suspend' | 'resume' | 'revoke' | 'acknowledge';

/** What can be done to a peer, each with what it stops. */
export function PeerActs({ peer, act, close }: { peer: Reply<'peer.show'>; act: Act | undefined; close: () => void }) {
  const { data: agreements } = useOp('agreement.list', {});
  const { data: open } = useOp('transfer.list', { state: 'open', peer: peer.id });
  const alive = (agreements?.agreements ?? []).filter(
    (one) => one.peer === peer.id && !['rejected', 'terminated', 'expired'].includes(one.state),
  ).length;
  const moving = open?.total ?? 0;
  const stops =
    moving === 0 ? 'No transfer is under way with it.' : `${many(moving, 'transfer')} under way will be stopped.`;
  return (
    <>
      <Confirm
        name="peer.suspend"
        input={{ id: peer.id }}
        title={`Suspend ${peer.id}`}
        happens={[
          stops,
          `${many(alive, 'agreement')} stay as they are, but nothing moves under them.`,
          'The peer is told. Either side can see it; you can resume.',
        ]}
        button="Suspend"
        done={`${peer.id} is suspended.`}
        askReason
        opened={act === 'suspend'}
        close={close}
      />
      <Confirm
        name="peer.resume"
        input={{ id: peer.id }}
        title={`Resume ${peer.id}`}
        happens={['Exchange under agreements in force goes on.', 'Transfers that were stopped are not started again.']}
        button="Resume"
        done={`${peer.id} is active again, as far as this side decides it.`}
        danger={false}
        askReason
        opened={act === 'resume'}
        close={close}
      />
      <Confirm
        name="peer.revoke"
        input={{ id: peer.id }}
        title={`Revoke ${peer.id}`}
        happens={[
          stops,
          `${many(alive, 'agreement')} end at once and for good.`,
          'Its certificate is not accepted any more. To meet again you need a new invite and new words.',
          'What was delivered stays where it landed; the ledger keeps everything.',
        ]}
        button="Revoke for good"
        done={`${peer.id} is revoked.`}
        askReason
        type={peer.id}
        opened={act === 'revoke'}
        close={close}
      />
      <Confirm
        name="peer.acknowledge-restore"
        input={{ id: peer.id }}
        title="Accept the restore"
        happens={[
          'This gateway goes on from the older ledger of the peer.',
          'What it had signed since stays here as evidence.',
        ]}
        button="Accept"
        done="The exchange goes on."
        danger={false}
        opened={act === 'acknowledge'}
        close={close}
      />
    </>
  );
}
