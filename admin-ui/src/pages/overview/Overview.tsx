import { Grid, SimpleGrid } from '@mantine/core';
import { useOp } from '../../api/queries';
import { useSession } from '../../app/session';
import { Page } from '../../components/Page';
import { Failure, Loading } from '../../components/States';
import { Days } from './Days';
import { Exchanges } from './Exchanges';
import { Health } from './Health';
import { Now } from './Now';
import { Steps } from './Steps';
import { Waiting } from './Waiting';

export function Overview() {
  const { gateway } = useSession();
  const { data, error, refetch } = useOp('overview.show', {});
  if (error !== null && data === undefined) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const isNew = data.steps.delivered === 0;
  return (
    <Page title="Overview" about={`What ${gateway.org} exchanges with other organisations.`}>
      {isNew && <Steps steps={data.steps} />}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Waiting waiting={data.waiting} />
          <Now />
          <Exchanges exchanges={data.exchanges} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 1 }} spacing={0}>
            <Health verified={data.verified} certificate={data.certificate} />
          </SimpleGrid>
          <Days days={data.days} />
        </Grid.Col>
      </Grid>
    </Page>
  );
}
