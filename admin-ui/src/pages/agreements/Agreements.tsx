import { Button, Group, SegmentedControl } from '@mantine/core';
import { IconFileCertificate, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { useOp } from '../../api/queries';
import { useMay } from '../../app/session';
import { Page } from '../../components/Page';
import { Panel } from '../../components/Panel';
import { Empty } from '../../components/States';
import { Needs } from './Needs';
import { type Agreement, AgreementRows } from './Rows';

const OVER = ['rejected', 'terminated', 'expired'];
const FITS: Readonly<Record<string, (one: Agreement) => boolean>> = {
  current: ({ state }) => !OVER.includes(state),
  mine: ({ waitingFor }) => waitingFor === 'us',
  over: ({ state }) => OVER.includes(state),
};

export function Agreements() {
  const may = useMay();
  const [which, setWhich] = useState('current');
  const { data } = useOp('agreement.list', {});
  const offer = may('agreement.offer') && (
    <Button component={Link} href="/agreements/new" leftSection={<IconPlus size={16} aria-hidden />}>
      Offer a dataset
    </Button>
  );
  return (
    <Page
      title="Agreements"
      about="What may go to whom, under which masks, checks, purpose and time. Both sides sign the same document."
      actions={offer}
    >
      {data?.agreements.length === 0 ? (
        <Empty icon={IconFileCertificate} title="No agreements yet" action={offer}>
          Offer a dataset to a peer, or wait for an offer. Rows flow only under an agreement that both have signed.
        </Empty>
      ) : (
        <Panel flush>
          <Group p="md">
            <SegmentedControl
              aria-label="Which agreements"
              value={which}
              onChange={setWhich}
              data={[
                { value: 'current', label: 'Current' },
                { value: 'mine', label: 'Wait for you' },
                { value: 'over', label: 'Over' },
              ]}
            />
          </Group>
          <AgreementRows fits={FITS[which]!} empty="None of this kind." />
        </Panel>
      )}
      <Needs />
    </Page>
  );
}
