import {
  ActionIcon,
  Badge,
  Button,
  Group,
  Menu,
  Modal,
  PasswordInput,
  Select,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Reply, Request } from '../../api/client';
import { useDo, useOp } from '../../api/queries';
import { useSession } from '../../app/session';
import { Confirm } from '../../components/Confirm';
import { Panel } from '../../components/Panel';
import { Rows } from '../../components/Rows';
import { Failure, Loading } from '../../components/States';
import { Time } from '../../components/Time';

type User = Reply<'user.list'>['users'][number];
type Role = User['role'];

const ROLES: { value: Role; label: string }[] = [
  { value: 'administrator', label: 'Administrator: everything' },
  { value: 'steward', label: 'Steward: datasets, agreements, transfers' },
  { value: 'auditor', label: 'Auditor: reads and verifies' },
];

export function Users() {
  const { user: me } = useSession();
  const [adding, setAdding] = useState(false);
  const [act, setAct] = useState<{ name: string; what: 'remove' | 'disable' | 'change' }>();
  const { data, error, refetch } = useOp('user.list', {});
  if (error !== null && data === undefined) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const close = () => setAct(undefined);
  const chosen = data.users.find(({ name }) => name === act?.name);
  return (
    <Panel
      title="Users"
      flush
      actions={
        <Button size="compact-md" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
          Add a user
        </Button>
      }
    >
      <Rows
        rows={data.users}
        keyOf={({ name }) => name}
        label="Users"
        columns={[
          {
            head: 'Name',
            cell: (one) => (
              <Group gap={6}>
                <Text size="sm" fw={550} className="cf-name">
                  {one.name}
                </Text>
                {one.name === me.name && <Badge size="sm">you</Badge>}
                {one.disabled && (
                  <Badge size="sm" color="gray">
                    disabled
                  </Badge>
                )}
                {one.lockedUntil !== null && (
                  <Badge size="sm" color="orange">
                    locked after wrong passwords
                  </Badge>
                )}
              </Group>
            ),
          },
          { head: 'Role', width: 140, cell: ({ role }) => role },
          { head: 'Signs in by', width: 140, cell: ({ signIn }) => signIn.join(', ') || 'nothing yet' },
          {
            head: 'Last seen',
            width: 140,
            cell: ({ seenAt }) => (seenAt === null ? <Text size="sm">never</Text> : <Time at={seenAt} />),
          },
          {
            head: 'Actions',
            width: 80,
            cell: (one) => (
              <Menu position="bottom-end">
                <Menu.Target>
                  <ActionIcon aria-label={`Actions for ${one.name}`}>
                    <IconDots size={16} aria-hidden />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => setAct({ name: one.name, what: 'change' })}>Role and password</Menu.Item>
                  <Menu.Item onClick={() => setAct({ name: one.name, what: 'disable' })}>
                    {one.disabled ? 'Enable' : 'Disable'}
                  </Menu.Item>
                  <Menu.Item color="red" onClick={() => setAct({ name: one.name, what: 'remove' })}>
                    Remove
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            ),
          },
        ]}
      />
      <Modal opened={adding} onClose={() => setAdding(false)} title="Add a user">
        <Add close={() => setAdding(false)} />
      </Modal>
      <Modal opened={act?.what === 'change'} onClose={close} title={`Change ${act?.name ?? ''}`}>
        {chosen !== undefined && <Change user={chosen} close={close} />}
      </Modal>
      <Confirm
        name="user.change"
        input={{ name: act?.name ?? '', disabled: !(chosen?.disabled ?? false) }}
        title={chosen?.disabled ? 'Enable this user' : 'Disable this user'}
        happens={
          chosen?.disabled
            ? ['They can sign in again.']
            : ['Their sessions end at once, and their API tokens stop working.', 'You can enable them again.']
        }
        button={chosen?.disabled ? 'Enable' : 'Disable'}
        done="Changed."
        danger={chosen?.disabled !== true}
        opened={act?.what === 'disable'}
        close={close}
      />
      <Confirm
        name="user.remove"
        input={{ name: act?.name ?? '' }}
        title={`Remove ${act?.name ?? ''}`}
        happens={[
          'Their sessions end at once; their API tokens are revoked.',
          'Their name stays in the ledger behind what they did.',
        ]}
        button="Remove"
        done="Removed."
        opened={act?.what === 'remove'}
        close={close}
      />
    </Panel>
  );
}

function Add({ close }: { close: () => void }) {
  const add = useDo('user.add');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('steward');
  const [password, setPassword] = useState('');
  const submit = () =>
    add.mutate(
      { name, role, ...(password !== '' && { password }) },
      {
        onSuccess: () => {
          notifications.show({ color: 'green', message: `${name} can sign in.` });
          close();
        },
      },
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          description="As it stands in the ledger: letters, digits, dots. With single sign-on, the name it tells."
          required
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <RoleChoice role={role} setRole={setRole} />
        <PasswordInput
          label="First password"
          description="At least 12 characters; the user can change it. Empty for those who sign in by OpenID Connect."
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {add.error !== null && <Failure error={add.error} />}
        <Button type="submit" loading={add.isPending} w="fit-content">
          Add the user
        </Button>
      </Stack>
    </form>
  );
}

function Change({ user, close }: { user: User; close: () => void }) {
  const change = useDo('user.change');
  const [role, setRole] = useState<Role>(user.role);
  const [password, setPassword] = useState('');
  const [isNew, setNew] = useState(false);
  const input: Request<'user.change'> = {
    name: user.name,
    ...(role !== user.role && { role }),
    ...(isNew && password !== '' && { password }),
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(input, { onSuccess: close });
      }}
    >
      <Stack>
        <RoleChoice role={role} setRole={setRole} />
        <Switch
          label="Give a new password"
          description="Ends their sessions, and a lock after wrong passwords."
          checked={isNew}
          onChange={(event) => setNew(event.currentTarget.checked)}
        />
        {isNew && (
          <PasswordInput
            label="New password"
            autoComplete="new-password"
            minLength={12}
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        )}
        {change.error !== null && <Failure error={change.error} />}
        <Button type="submit" loading={change.isPending} disabled={Object.keys(input).length < 2} w="fit-content">
          Change
        </Button>
      </Stack>
    </form>
  );
}

const RoleChoice = ({ role, setRole }: { role: Role; setRole: (role: Role) => void }) => (
  <Select
    label="Role"
    data={ROLES}
    value={role}
    allowDeselect={false}
    onChange={(value) => setRole((value ?? role) as Role)}
  />
);
