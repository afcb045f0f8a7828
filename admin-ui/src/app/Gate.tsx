import { Button, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { useOp } from '../api/queries';
import { SetUp } from '../pages/sign-in/SetUp';
import { SignIn } from '../pages/sign-in/SignIn';
import { Shell } from './Shell';
import { SessionContext } from './session';

/** Asks who is there, and shows the page, the sign-in, or the making of the first administrator. */
export function Gate() {
  const { data, error, refetch } = useOp('session.show', {}, { staleTime: 60_000 });
  if (data === undefined)
    return (
      <Center mih="100vh" p="md">
        {error === null ? (
          <Loader aria-label="Loading" />
        ) : (
          <Stack align="center" gap="sm" role="alert">
            <Title order={1}>{error.message}</Title>
            <Text c="dimmed">{error.hint}</Text>
            <Button onClick={() => void refetch()}>Try again</Button>
          </Stack>
        )}
      </Center>
    );
  const { gateway, user, session, setup } = data;
  if (user !== null)
    return (
      <SessionContext value={{ gateway, user, session }}>
        <Shell />
      </SessionContext>
    );
  return setup ? <SetUp {...data} /> : <SignIn {...data} />;
}
