import { Alert, Button, Code, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Reply } from '../../api/client';
import { useDo, useOp } from '../../api/queries';
import { useSession } from '../../app/session';
import { State } from '../../components/Badges';
import { Confirm } from '../../components/Confirm';
import { Copy } from '../../components/Copy';
import { Panel } from '../../components/Panel';
import { Rows } from '../../components/Rows';
import { Empty, Failure, Loading } from '../../components/States';
import { Time } from '../../components/Time';

type Token = Reply<'token.list'>['tokens'][number];

const ROLES = ['auditor', 'steward', 'administrator'] as const;

/** Tokens for programs: each with no more rights than who made it has, now. */
export function Tokens() {
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Token>();
  const { data, error, refetch } = useOp('token.list', {});
  if (error !== null && data === undefined) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const make = (
    <Button size="compact-md" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setMaking(true)}>
      Make a token
    </Button>
  );
  return (
    <>
      {data.tokens.length === 0 ? (
        <Empty icon={IconKey} title="No API tokens" action={make}>
          A token lets a program call the admin API (<a href="/v1/openapi.json">described here</a>) with no more rights
          than you have.
        </Empty>
      ) : (
        <Panel
          title="API tokens"
          about={
            <>
              For programs that call <a href="/v1/openapi.json">the admin API</a>.
            </>
          }
          actions={make}
          flush
        >
          <Rows
            rows={data.tokens}
            keyOf={({ id }) => id}
            label="API tokens"
            columns={[
              {
                head: 'Token',
                cell: ({ label, id }) => (
                  <>
                    <Text size="sm" fw={550} className="cf-name">
                      {label}
                    </Text>
                    <Text size="xs" className="cf-mono" c="dimmed">
                      {id}
                    </Text>
                  </>
                ),
              },
              { head: 'Role', width: 120, cell: ({ role }) => role },
              { head: 'Made by', width: 130, cell: ({ maker }) => <span className="cf-name">{maker ?? 'gone'}</span> },
              {
                head: 'Used',
                width: 120,
                cell: ({ usedAt }) => (usedAt === null ? <Text size="sm">never</Text> : <Time at={usedAt} />),
              },
              {
                head: 'Ends',
                width: 120,
                cell: ({ expiresAt }) =>
                  expiresAt === null ? <Text size="sm">does not</Text> : <Time at={expiresAt} />,
              },
              {
                head: 'State',
                width: 170,
                cell: (one) =>
                  one.usable ? (
                    <Button size="compact-xs" variant="subtle" color="red" onClick={() => setRevoking(one)}>
                      Revoke
                    </Button>
                  ) : (
                    <State of="revoked" label="useless" />
                  ),
              },
            ]}
          />
        </Panel>
      )}
      <Modal opened={making} onClose={() => setMaking(false)} title="Make a token">
        <Make close={() => setMaking(false)} />
      </Modal>
      <Confirm
        name="token.revoke"
        input={{ id: revoking?.id ?? '' }}
        title={`Revoke ${revoking?.label ?? ''}`}
        happens={['Programs that use it are refused at once.', 'It cannot be brought back.']}
        button="Revoke"
        done="The token is useless now."
        opened={revoking !== undefined}
        close={() => setRevoking(undefined)}
      />
    </>
  );
}

function Make({ close }: { close: () => void }) {
  const { user } = useSession();
  const make = useDo('token.create');
  const [label, setLabel] = useState('');
  const [role, setRole] = useState<(typeof ROLES)[number]>('auditor');
  const [ttl, setTtl] = useState('90d');
  if (make.data !== undefined)
    return (
      <Stack>
        <Alert color="orange" title="Shown once">
          Put it where the program reads it, for example COUNTERFOIL_TOKEN. It cannot be shown again.
        </Alert>
        <Group wrap="nowrap">
          <Code block flex={1} className="cf-name">
            {make.data.token}
          </Code>
          <Copy text={make.data.token} what="token" />
        </Group>
        <Button w="fit-content" onClick={close}>
          I have it
        </Button>
      </Stack>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate({ label, role, ...(ttl !== '' && { ttl }) });
      }}
    >
      <Stack>
        <TextInput
          label="What it is for"
          description="Up to 40 letters, digits, dots and hyphens; it stands in the ledger behind your name."
          placeholder="nightly-publish"
          required
          maxLength={40}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value.replace(/\s+/g, '-'))}
          data-autofocus
        />
        <Select
          label="Role"
          description="No more than yours."
          data={ROLES.slice(0, ROLES.indexOf(user.role) + 1)}
          value={role}
          allowDeselect={false}
          onChange={(value) => setRole(value ?? role)}
        />
        <Select
          label="Ends after"
          data={[
            { value: '1d', label: '1 day' },
            { value: '30d', label: '30 days' },
            { value: '90d', label: '90 days' },
            { value: '', label: 'Never' },
          ]}
          value={ttl}
          allowDeselect={false}
          onChange={(value) => setTtl(value ?? '')}
        />
        {make.error !== null && <Failure error={make.error} />}
        <Button type="submit" loading={make.isPending} w="fit-content">
          Make the token
        </Button>
      </Stack>
    </form>
  );
}
