import { Badge, CloseButton, Group, SegmentedControl, Select } from '@mantine/core';
import { IconArrowsExchange } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { Request } from '../../api/client';
import { useOp } from '../../api/queries';
import { Page } from '../../components/Page';
import { Panel } from '../../components/Panel';
import { Empty } from '../../components/States';
import { many } from '../../text/format';
import { TransferRows } from './Rows';

type Which = NonNullable<Request<'transfer.list'>['state']>;

export function Transfers() {
  const [, go] = useLocation();
  const peer = new URLSearchParams(useSearch()).get('peer') ?? undefined;
  const [state, setState] = useState('all');
  const [dataset, setDataset] = useState<string | null>(null);
  const { data: all } = useOp('transfer.list', { limit: 1 });
  const { data: agreements } = useOp('agreement.list', {});
  const filter = {
    ...(state !== 'all' && { state: state as Which }),
    ...(peer !== undefined && { peer }),
    ...(dataset !== null && { dataset }),
  };
  const { data: found } = useOp('transfer.list', { ...filter, limit: 1 }, { keep: true });
  const names = [...new Set(agreements?.agreements.map((one) => one.dataset))];
  return (
    <Page title="Transfers" about="Versions on their way, and what came of them on both sides.">
      {all?.total === 0 ? (
        <Empty icon={IconArrowsExchange} title="No transfers yet">
          They begin when a version is sent under an active agreement: by hand, or by a schedule in the agreement.
        </Empty>
      ) : (
        <Panel flush>
          <Group p="md" gap="sm">
            <SegmentedControl
              aria-label="Which transfers"
              value={state}
              onChange={setState}
              data={[
                { value: 'all', label: 'All' },
                { value: 'open', label: 'Under way' },
                { value: 'delivered', label: 'Delivered' },
                { value: 'stopped', label: 'Stopped' },
              ]}
            />
            <Select
              aria-label="Dataset"
              placeholder="Any dataset"
              data={names}
              value={dataset}
              onChange={setDataset}
              clearable
              searchable
              w={200}
            />
            {peer !== undefined && (
              <Badge
                size="lg"
                rightSection={<CloseButton size="xs" aria-label="Any peer" onClick={() => go('/transfers')} />}
              >
                <span className="cf-name">{peer}</span>
              </Badge>
            )}
            <span className="cf-count">{found !== undefined && many(found.total, 'transfer')}</span>
          </Group>
          <TransferRows key={JSON.stringify(filter)} filter={filter} empty="None of this kind." />
        </Panel>
      )}
    </Page>
  );
}
