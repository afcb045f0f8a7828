import { Button, Divider, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import type { Reply } from '../../api/client';
import { queryClient, useDo } from '../../api/queries';
import { Failure } from '../../components/States';
import { Frame } from './Frame';

export function SignIn({ gateway, openid }: Pick<Reply<'session.show'>, 'gateway' | 'openid'>) {
  const open = useDo('session.open');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const submit = () => {
    open.mutate(
      { name, password },
      { onSuccess: () => void queryClient.invalidateQueries(), onError: () => setPassword('') },
    );
  };
  return (
    <Frame gateway={gateway}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack>
          <Title order={1}>Sign in</Title>
          {open.error !== null && <Failure error={open.error} />}
          <TextInput
            label="Name"
            autoComplete="username"
            autoCapitalize="none"
            autoFocus
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" loading={open.isPending} fullWidth>
            Sign in
          </Button>
          {openid !== null && (
            <>
              <Divider label="or" />
              <Button component="a" href="/v1/openid/begin" variant="default" fullWidth>
                Sign in with {openid}
              </Button>
            </>
          )}
        </Stack>
      </form>
    </Frame>
  );
}
