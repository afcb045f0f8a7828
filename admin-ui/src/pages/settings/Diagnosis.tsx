import { Button, Group, Stack, Text } from '@mantine/core';
import { IconStethoscope } from '@tabler/icons-react';
import { useState } from 'react';
import { useOp } from '../../api/queries';
import { State } from '../../components/Badges';
import { Failure } from '../../components/States';

/** Looks for what is wrong, here or on the way to a peer, and says what to do. */
export function Diagnosis({ peer }: { peer?: string }) {
  const [asked, setAsked] = useState(false);
  const { data, error, isFetching, refetch } = useOp('gateway.doctor', peer === undefined ? {} : { peer }, {
    enabled: asked,
    staleTime: 0,
  });
  return (
    <Stack gap="sm" align="flex-start">
      <Button
        variant="light"
        loading={isFetching}
        leftSection={<IconStethoscope size={16} aria-hidden />}
        onClick={() => (asked ? void refetch() : setAsked(true))}
      >
        {peer === undefined ? 'Look for faults' : 'Test the connection'}
      </Button>
      {error !== null && <Failure error={error} />}
      <Stack gap="xs" role="status">
        {data?.findings.map((one) => (
          <Group key={`${one.area} ${one.message}`} gap="xs" wrap="nowrap" align="flex-start">
            <State of={one.level} />
            <div>
              <Text size="sm" className="cf-name">
                {one.message}
              </Text>
              {one.hint !== undefined && (
                <Text size="xs" c="dimmed" className="cf-name">
                  {one.hint}
                </Text>
              )}
            </div>
          </Group>
        ))}
      </Stack>
    </Stack>
  );
}
