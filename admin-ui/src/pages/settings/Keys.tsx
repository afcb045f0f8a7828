import { Alert, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useOp } from '../../api/queries';
import { Confirm } from '../../components/Confirm';
import { Id } from '../../components/Copy';
import { Facts, Panel } from '../../components/Panel';

/** The organisation's key, and what is kept where. */
export function Keys() {
  const [act, setAct] = useState<'rotate' | 'revoke' | 'declare'>();
  const { data: status } = useOp('gateway.status', {});
  const close = () => setAct(undefined);
  return (
    <>
      <Panel title="Key of the organisation" about="It signs agreements, receipts and the heads of the ledger.">
        <Stack>
          <Facts
            of={[['Fingerprint', status && <Id key="f" of={status.fingerprint} most={40} what="fingerprint" />]]}
          />
          <Group>
            <Button variant="default" onClick={() => setAct('rotate')}>
              Rotate the key
            </Button>
            <Button variant="default" c="var(--cf-bad)" onClick={() => setAct('revoke')}>
              The key was stolen
            </Button>
          </Group>
        </Stack>
      </Panel>
      <Panel title="Backup">
        <Stack>
          <Text size="sm">
            One folder is the whole backup: <Code>{status?.home}</Code>. Stop the gateway, or copy it with a tool that
            takes a snapshot. Keys are in it: keep the copy as safe as the gateway.
          </Text>
          <List size="sm">
            <List.Item>
              After a restore, peers are asked for what this gateway had signed since; nothing is lost then.
            </List.Item>
            <List.Item>Only when they do not have it either, it has to be declared lost.</List.Item>
          </List>
          <Alert color="orange">
            <Group justify="space-between">
              <Text size="sm">The gateway says that signed heads are missing, and no peer can give them back?</Text>
              <Button size="compact-sm" variant="light" color="orange" onClick={() => setAct('declare')}>
                Declare them lost
              </Button>
            </Group>
          </Alert>
        </Stack>
      </Panel>
      <Confirm
        name="ledger.rotate-key"
        input={{}}
        title="Rotate the key"
        happens={[
          'A new key signs from now on; the old one signs that it is its successor.',
          'Peers are told. Open invites are void: make new ones.',
          'What the old key has signed stays valid.',
        ]}
        button="Rotate"
        done="The organisation has another key."
        danger={false}
        opened={act === 'rotate'}
        close={close}
      />
      <Confirm
        name="ledger.rotate-key"
        input={{ revokeOld: true }}
        title="Revoke the key and make another"
        happens={[
          'Peers stop to accept the old key at once.',
          'A new key signs from now on. Open invites are void: make new ones.',
          'What was signed before stays in the ledgers.',
        ]}
        button="Revoke and replace"
        done="The old key is revoked."
        askReason
        type={status?.id ?? ''}
        opened={act === 'revoke'}
        close={close}
      />
      <Confirm
        name="ledger.declare-restored"
        input={{}}
        title="Declare signed heads lost"
        happens={[
          'A new incarnation of the ledger begins; every peer sees it, for good.',
          'Each peer has to accept it before anything is exchanged again.',
        ]}
        button="Declare them lost"
        done="A new incarnation has begun."
        type={status?.id ?? ''}
        opened={act === 'declare'}
        close={close}
      />
    </>
  );
}
