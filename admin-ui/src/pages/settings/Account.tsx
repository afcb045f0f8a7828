import { Button, Grid, PasswordInput, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useDo } from '../../api/queries';
import { useSession } from '../../app/session';
import { Facts, Panel } from '../../components/Panel';
import { Failure } from '../../components/States';
import { Time } from '../../components/Time';

const MAY: Readonly<Record<string, string>> = {
  administrator: 'Everything: peers, users, keys, and all that a steward may.',
  steward: 'Datasets, contracts, agreements and transfers; not peers, users or keys.',
  auditor: 'Sees everything and verifies the ledger; changes nothing.',
};

export function Account() {
  const { user, session } = useSession();
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Panel title="Who you are">
          <Facts
            of={[
              ['Name', user.name],
              ['Role', user.role],
              ['You may', MAY[user.role]],
              ['Signed in by', user.via],
              session === null ? undefined : ['Since', <Time key="s" at={session.since} exact />],
              session === null ? undefined : ['Ends when idle', <Time key="i" at={session.idleAt} exact />],
              session === null ? undefined : ['Ends anyway', <Time key="e" at={session.endsAt} exact />],
            ]}
          />
        </Panel>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Panel title="Change your password" about="Your other sessions end.">
          <Password />
        </Panel>
      </Grid.Col>
    </Grid>
  );
}

function Password() {
  const { user } = useSession();
  const change = useDo('session.password');
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const submit = () =>
    change.mutate(
      { old, new: next },
      {
        onSuccess: () => {
          setOld('');
          setNext('');
          notifications.show({ color: 'green', message: 'Your password is changed.' });
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
        <input type="text" autoComplete="username" value={user.name ?? ''} readOnly hidden />
        {change.error !== null && <Failure error={change.error} />}
        <PasswordInput
          label="Password now"
          autoComplete="current-password"
          required
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
        />
        <PasswordInput
          label="New password"
          description="At least 12 characters."
          autoComplete="new-password"
          required
          minLength={12}
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <Button type="submit" loading={change.isPending} w="fit-content">
          Change it
        </Button>
      </Stack>
    </form>
  );
}
