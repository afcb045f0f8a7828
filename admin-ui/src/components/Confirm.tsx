import { Button, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import type { Name, Request } from '../api/client';
import { useDo } from '../api/queries';
import { Failure } from './States';

interface Props<N extends Name> {
  name: N;
  /** `reason` is added where one is asked for. */
  input: Request<N>;
  title: string;
  /** What will happen, sentence by sentence. */
  happens: ReactNode[];
  button: string;
  done: string;
  danger?: boolean;
  askReason?: boolean;
  /** What has to be typed first, for what cannot be undone. */
  type?: string;
  opened: boolean;
  close: () => void;
  then?: () => void;
}

/** Asks before something is done that stops or ends other things, and says what will happen. */
export function Confirm<N extends Name>({
  name,
  input,
  title,
  happens,
  button,
  done,
  danger = true,
  askReason = false,
  type,
  opened,
  close,
  then,
}: Props<N>) {
  const act = useDo(name);
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const submit = () => {
    if (act.isPending) return;
    const whole = (askReason && reason.trim() !== '' ? { ...input, reason: reason.trim() } : input) as Request<N>;
    const onSuccess = () => {
      notifications.show({ color: 'green', message: done });
      close();
      then?.();
    };
    act.mutate(whole, { onSuccess });
  };
  return (
    <Modal opened={opened} onClose={close} title={title} size="md" onExitTransitionEnd={act.reset}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack>
          <List spacing={6} size="sm" className="cf-name">
            {happens.map((one, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: sentences stay in their places
              <List.Item key={at}>{one}</List.Item>
            ))}
          </List>
          {askReason && (
            <TextInput
              label="Reason"
              description="The other side sees it, and it stands in the ledger."
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          )}
          {type !== undefined && (
            <TextInput
              label={
                <Text span size="sm">
                  Type <b className="cf-name">{type}</b> to go on
                </Text>
              }
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )}
          {act.error !== null && <Failure error={act.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              Leave it as it is
            </Button>
            <Button
              type="submit"
              color={danger ? 'red' : undefined}
              loading={act.isPending}
              disabled={type !== undefined && typed !== type}
            >
              {button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
