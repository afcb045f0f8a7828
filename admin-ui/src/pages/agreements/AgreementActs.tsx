import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconPencil, IconSend, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useDo, useOp } from '../../api/queries';
import { useMay } from '../../app/session';
import { Confirm } from '../../components/Confirm';
import { many } from '../../text/format';
import type { Shown } from './Agreement';
import { Counter } from './Counter';

/** What this side can do with an agreement as it is now. */
export function AgreementActs({ of: one }: { of: Shown }) {
  const may = useMay();
  const [, go] = useLocation();
  const [act, setAct] = useState<'accept' | 'reject' | 'terminate' | 'counter'>();
  const start = useDo('transfer.start');
  const { data: open } = useOp('transfer.list', { state: 'open', agreement: one.id });
  if (!may('agreement.accept')) return null;
  const close = () => setAct(undefined);
  const isOurs = one.waitingFor === 'us';
  const isAlive = !['rejected', 'terminated', 'expired'].includes(one.state);
  const send = () =>
    start.mutate(
      { agreement: one.id },
      {
        onSuccess: ({ id }) => go(`/transfers/${encodeURIComponent(id)}`),
        onError: ({ message, hint }) => notifications.show({ color: 'red', title: message, message: hint }),
      },
    );
  return (
    <>
      {one.state === 'active' && (
        <Button leftSection={<IconSend size={16} aria-hidden />} loading={start.isPending} onClick={send}>
          {one.role === 'provider' ? 'Send the newest version' : 'Fetch the newest version'}
        </Button>
      )}
      {isOurs && (
        <>
          <Button
            leftSection={<IconCheck size={16} aria-hidden />}
            disabled={one.conflicts.length > 0}
            onClick={() => setAct('accept')}
          >
            Accept
          </Button>
          <Button
            variant="default"
            leftSection={<IconPencil size={16} aria-hidden />}
            onClick={() => setAct('counter')}
          >
            Counter
          </Button>
          <Button variant="default" c="var(--cf-bad)" onClick={() => setAct('reject')}>
            Reject
          </Button>
        </>
      )}
      {isAlive && !isOurs && (
        <Button
          variant="default"
          c="var(--cf-bad)"
          leftSection={<IconX size={16} aria-hidden />}
          onClick={() => setAct('terminate')}
        >
          Terminate
        </Button>
      )}
      <Confirm
        name="agreement.accept"
        input={{ id: one.id }}
        title={`Accept revision ${one.revision}`}
        happens={[
          'This gateway signs the document with the key of your organisation.',
          one.role === 'consumer'
            ? `${one.peer} may then send versions of ${one.dataset} here; nothing lands unchecked.`
            : `${one.peer} may then get versions of ${one.dataset}, masked as agreed.`,
        ]}
        button="Sign and accept"
        done="Accepted and signed."
        danger={false}
        opened={act === 'accept'}
        close={close}
      />
      <Confirm
        name="agreement.reject"
        input={{ id: one.id }}
        title="Reject this offer"
        happens={[`${one.peer} is told, with your reason.`, 'Nothing moves under it. A new offer can be made.']}
        button="Reject"
        done="Rejected."
        askReason
        opened={act === 'reject'}
        close={close}
      />
      <Confirm
        name="agreement.terminate"
        input={{ id: one.id }}
        title="Terminate this agreement"
        happens={[
          open === undefined || open.total === 0
            ? 'No transfer is under way.'
            : `${many(open.total, 'transfer')} under way will be stopped.`,
          'It ends at once and for good, on both sides.',
          'What was delivered stays where it landed; the ledger keeps everything.',
        ]}
        button="Terminate for good"
        done="Terminated."
        askReason
        opened={act === 'terminate'}
        close={close}
      />
      <Counter of={one} opened={act === 'counter'} close={close} />
    </>
  );
}
