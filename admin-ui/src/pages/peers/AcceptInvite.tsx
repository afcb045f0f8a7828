import { Alert, Button, Checkbox, FileButton, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useDo } from '../../api/queries';
import { Copy } from '../../components/Copy';
import { Failure } from '../../components/States';

/** Takes an invite, or the reply to one that was made here. */
export function AcceptInvite({ close }: { close: () => void }) {
  const accept = useDo('invite.accept');
  const [, go] = useLocation();
  const [text, setText] = useState('');
  const [exchange, setExchange] = useState(false);
  const known = /^\s*(cfi1|cfr1)/.test(text);
  const isReply = text.trim().startsWith('cfr1');
  const submit = () => {
    accept.mutate(
      { text: text.trim(), ...(exchange && !isReply && { exchange: true }) },
      {
        onSuccess: ({ peer, reply }) => {
          if (reply !== undefined) return;
          close();
          go(`/peers/${encodeURIComponent(peer)}`);
        },
      },
    );
  };
  const taken = accept.data;
  if (taken?.reply !== undefined)
    return (
      <Stack>
        <Alert color="blue" title="Give this reply back">
          {taken.peer} pastes it at its gateway, the same way you pasted the invite. Then compare the six words.
        </Alert>
        <Textarea
          readOnly
          autosize
          maxRows={8}
          value={taken.reply}
          aria-label="Reply text"
          classNames={{ input: 'cf-mono' }}
        />
        <Group justify="flex-end">
          <Copy text={taken.reply} what="reply" />
          <Button
            onClick={() => {
              close();
              go(`/peers/${encodeURIComponent(taken.peer)}`);
            }}
          >
            To the peer
          </Button>
        </Group>
      </Stack>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        <Textarea
          label="Invite or reply"
          description="The whole text: it begins with cfi1 or cfr1."
          required
          autosize
          minRows={4}
          maxRows={10}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={text.trim() !== '' && !known ? 'This is neither an invite nor a reply.' : undefined}
          classNames={{ input: 'cf-mono' }}
          data-autofocus
        />
        <FileButton onChange={(file) => void file?.text().then(setText)} accept="text/plain,.txt">
          {(props) => (
            <Button variant="default" {...props} w="fit-content">
              Read it from a file
            </Button>
          )}
        </FileButton>
        {!isReply && (
          <Checkbox
            label="Their gateway cannot be reached from here"
            description="You get a reply text to give back to them."
            checked={exchange}
            onChange={(event) => setExchange(event.currentTarget.checked)}
          />
        )}
        {accept.error !== null && <Failure error={accept.error} />}
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            Nothing is exchanged before both sides have confirmed six words.
          </Text>
          <Button type="submit" loading={accept.isPending} disabled={!known}>
            {isReply ? 'Take the reply' : 'Accept the invite'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
