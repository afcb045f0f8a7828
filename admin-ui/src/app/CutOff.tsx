import { Alert } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';

/** Shown while the gateway does not answer; what is on the page stays, and is brought up to date afterwards. */
export function CutOff() {
  return (
    <Alert
      color="orange"
      icon={<IconPlugConnectedX aria-hidden />}
      title="The gateway does not answer"
      mb="md"
      role="status"
    >
      What you see is how it was. The page goes on by itself when the gateway is there again.
    </Alert>
  );
}
