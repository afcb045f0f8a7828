import { Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import type { Reply } from '../../api/client';
import { queryClient, useDo } from '../../api/queries';
import { Failure } from '../../components/States';
import { Frame } from './Frame';
import { OpenId } from './OpenId';

/** Makes the first administrator. The token stands behind the # of the address that the gateway printed. */
export function SetUp({ gateway, ...provider }: Pick<Reply<'session.show'>, 'gateway' | 'openid' | 'openidFailure'>) {
  const setUp = useDo('session.setup');
  const [token, setToken] = useState(() => window.location.hash.slice(1));
  const [isPrinted] = useState(token !== '');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const differ = again !== '' && again !== password;
  const submit = () => {
    const done = () => {
      window.history.replaceState(null, '', '/');
      void queryClient.invalidateQueries();
    };
    setUp.mutate({ token, name, password }, { onSuccess: done });
  };
  return (
    <Frame gateway={gateway}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!differ) submit();
        }}
      >
        <Stack>
          <Title order={1}>Make the first administrator</Title>
          <Text size="sm" c="dimmed">
            This gateway has no users yet. The administrator you make now can add others, and do everything here.
          </Text>
          <OpenId {...provider} isShown={setUp.error === null} />
          {setUp.error !== null && <Failure error={setUp.error} />}
          {!isPrinted && (
            <TextInput
              label="Token of the first start"
              description="The gateway printed it when it started. It is also in keys/first.token of its home folder."
              required
              autoComplete="off"
              value={token}
              onChange={(event) => setToken(event.currentTarget.value)}
            />
          )}
          <TextInput
            label="Your name"
            description="As it stands in the ledger behind what you do: letters, digits, dots."
            autoComplete="username"
            autoCapitalize="none"
            autoFocus
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            description="At least 12 characters. Several words are easy to keep in mind."
            autoComplete="new-password"
            required
            minLength={12}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password again"
            autoComplete="new-password"
            required
            error={differ ? 'The two passwords differ.' : undefined}
            value={again}
            onChange={(event) => setAgain(event.currentTarget.value)}
          />
          <Button type="submit" loading={setUp.isPending} fullWidth>
            Make administrator and sign in
          </Button>
        </Stack>
      </form>
    </Frame>
  );
}
