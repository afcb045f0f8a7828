import { Button, Group, Tabs } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconUpload } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { Link, useLocation } from 'wouter';
import { useLong, useOp } from '../../api/queries';
import { useMay } from '../../app/session';
import { CallMeter } from '../../components/Meter';
import { Page } from '../../components/Page';
import { Panel } from '../../components/Panel';
import { Failure, Gone, Loading } from '../../components/States';
import { many } from '../../text/format';
import { AgreementRows } from '../agreements/Rows';
import { Columns } from './Columns';
import { Versions } from './Versions';

const Contract = lazy(() => import('./Contract').then((page) => ({ default: page.Contract })));

export function Dataset({ name, tab }: { name: string; tab: string }) {
  const may = useMay();
  const [, go] = useLocation();
  const publish = useLong('dataset.publish');
  const { data, error, refetch } = useOp('dataset.show', { name });
  if (error !== null && data === undefined)
    return error.status === 404 ? (
      <Gone what="This dataset" back={{ href: '/datasets', label: 'All datasets' }} />
    ) : (
      <Failure error={error} retry={() => void refetch()} />
    );
  if (data === undefined) return <Loading />;
  const base = `/datasets/${encodeURIComponent(name)}`;
  const run = async () => {
    const made = await publish.run({ name });
    if (made === undefined) return;
    const message = made.unchanged
      ? `The rows have not changed: ${made.version} stands.`
      : `Published ${many(made.rows, 'row')} as ${made.version}.`;
    notifications.show({ color: made.unchanged ? 'blue' : 'green', message });
  };
  return (
    <Page
      title={name}
      about={
        <span className="cf-name">
          {data.format} · {data.source}
          {data.query !== null && ` · ${data.query}`}
        </span>
      }
      up={{ href: '/datasets', label: 'Datasets' }}
      actions={
        <Group gap="xs">
          {may('dataset.publish') && (
            <Button
              leftSection={<IconUpload size={16} aria-hidden />}
              loading={publish.running}
              onClick={() => void run()}
            >
              Publish a version
            </Button>
          )}
          {may('agreement.offer') && data.latest !== null && (
            <Button component={Link} href={`/agreements/new?dataset=${encodeURIComponent(name)}`} variant="default">
              Offer it
            </Button>
          )}
        </Group>
      }
    >
      {publish.running && (
        <Panel>
          <CallMeter progress={publish.progress} what="Publishing: every row is read, checked and sealed" />
        </Panel>
      )}
      {publish.error !== undefined && <Failure error={publish.error} />}
      <Tabs value={tab} onChange={(next) => go(`${base}/${next}`)} mb="md">
        <Tabs.List>
          <Tabs.Tab value="columns">Columns</Tabs.Tab>
          <Tabs.Tab value="versions">Versions</Tabs.Tab>
          <Tabs.Tab value="contract">Contract</Tabs.Tab>
          <Tabs.Tab value="agreements">Agreements</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="columns" pt="md">
          <Columns name={name} latest={data.latest} />
        </Tabs.Panel>
        <Tabs.Panel value="versions" pt="md">
          <Versions name={name} />
        </Tabs.Panel>
        <Tabs.Panel value="contract" pt="md">
          <Suspense fallback={<Loading />}>
            <Contract name={name} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="agreements" pt="md">
          <Panel flush>
            <AgreementRows dataset={name} />
          </Panel>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
