import { Button, Stack, Text } from '@mantine/core';
import { useDo } from '../api/queries';
import { Failure } from './States';

/** Dials the address that peers are told, as they would, and says what came of it. */
export function Reach() {
  const reach = useDo('gateway.reach');
  const { data } = reach;
  return (
    <Stack gap="xs" align="flex-start">
      <Button variant="light" loading={reach.isPending} onClick={() => reach.mutate({})}>
        Test the address
      </Button>
      {reach.error !== null && <Failure error={reach.error} />}
      {data !== undefined && (
        <Text size="sm" c={data.ok ? 'var(--cf-good)' : 'var(--cf-bad)'} role="status" className="cf-name">
          {data.address !== null && <b>{data.address} </b>}
          {data.message} {data.hint}
        </Text>
      )}
    </Stack>
  );
}
