import { Button, Divider } from '@mantine/core';
import { IconLogin2 } from '@tabler/icons-react';
import { ApiError, type Reply } from '../../api/client';
import { Failure } from '../../components/States';

type Told = Pick<Reply<'session.show'>, 'openid' | 'openidFailure'>;

/** The other way in: through the organisation's own provider. It leads back to the place that was asked for. */
export function OpenId({ openid, openidFailure, isShown }: Told & { isShown: boolean }) {
  if (openid === null) return null;
  const to = encodeURIComponent(window.location.pathname + window.location.search);
  const failure =
    openidFailure &&
    new ApiError(openidFailure.code, openidFailure.message, openidFailure.hint ?? '', openidFailure.correlation, 401);
  return (
    <>
      {failure !== null && isShown && <Failure error={failure} />}
      <Button
        component="a"
        href={`/v1/openid/begin?to=${to}`}
        variant="default"
        fullWidth
        leftSection={<IconLogin2 size={16} aria-hidden />}
      >
        Sign in with {openid}
      </Button>
      <Divider label="or" />
    </>
  );
}
