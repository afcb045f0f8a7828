import { Button, Group, ScrollArea, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useOp } from '../../api/queries';
import { useMay } from '../../app/session';
import { State } from '../../components/Badges';
import { Confirm } from '../../components/Confirm';
import { Id } from '../../components/Copy';
import { Panel } from '../../components/Panel';
import { Time } from '../../components/Time';

const MOST = 10;

/** Invites that were made here; the open ones first. Their texts were shown once. */
export function Invites() {
  const may = useMay();
  const [revoking, setRevoking] = useState<string>();
  const { data } = useOp('invite.list', {});
  const all = data?.invites ?? [];
  if (all.length === 0) return null;
  const isOpen = (state: string) => (state === 'open' ? 0 : 1);
  const shown = [...all].sort((a, b) => isOpen(a.state) - isOpen(b.state)).slice(0, MOST);
  return (
    <Panel
      title="Invites"
      flush
      about={all.length > MOST ? `The ${MOST} that matter most of ${all.length}` : undefined}
    >
      <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Invites' }}>
        <Table miw={640} aria-label="Invites">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Invite</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>For</Table.Th>
              <Table.Th>Made</Table.Th>
              <Table.Th>Ends</Table.Th>
              <Table.Th aria-label="Actions" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((one) => (
              <Table.Tr key={one.id}>
                <Table.Td>
                  <Id of={one.id} />
                </Table.Td>
                <Table.Td>
                  <Group gap={6}>
                    <State of={one.state} />
                    {one.wrongTries > 0 && (
                      <Text size="xs" c="var(--cf-warn)">
                        {one.wrongTries} wrong tries
                      </Text>
                    )}
                  </Group>
                </Table.Td>
                <Table.Td className="cf-name">{one.usedBy ?? one.for ?? 'anybody who has it'}</Table.Td>
                <Table.Td>
                  <Time at={one.createdAt} />
                </Table.Td>
                <Table.Td>
                  <Time at={one.expiresAt} />
                </Table.Td>
                <Table.Td ta="right">
                  {one.state === 'open' && may('invite.revoke') && (
                    <Button size="compact-sm" variant="subtle" color="red" onClick={() => setRevoking(one.id)}>
                      Revoke
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      <Confirm
        name="invite.revoke"
        input={{ id: revoking ?? '' }}
        title="Revoke this invite"
        happens={['Nobody can use it any more, whoever has its text.', 'Peers that have used others are not touched.']}
        button="Revoke the invite"
        done="The invite is useless now."
        opened={revoking !== undefined}
        close={() => setRevoking(undefined)}
      />
    </Panel>
  );
}
