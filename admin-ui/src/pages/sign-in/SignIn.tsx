import { Button, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import type { Reply } from '../../api/client';
import { queryClient, useDo } from '../../api/queries';
import { Failure } from '../../components/States';
import { Frame } from './Frame';
import { OpenId } from './OpenId';

export function SignIn({ gateway, ...provider }: Pick<Reply<'session.show'>, 'gateway' | 'openid' | 'openidFailure'>) {
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
          <OpenId {...provider} isShown={open.error === null} />
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
        </Stack>
      </form>
    </Frame>
  );
}
