import { Alert, Button, Checkbox, Group, Select, Stack, Tabs, Text, Textarea, TextInput } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { encode } from 'uqr';
import type { Reply } from '../../api/client';
import { useDo } from '../../api/queries';
import { Copy } from '../../components/Copy';
import { Failure } from '../../components/States';
import { Time } from '../../components/Time';
import { save } from '../../text/save';

const TTLS = [
  { value: '1h', label: '1 hour' },
  { value: '24h', label: '1 day' },
  { value: '7d', label: '7 days' },
];

export function MakeInvite() {
  const make = useDo('invite.create');
  const [ttl, setTtl] = useState('24h');
  const [org, setOrg] = useState('');
  const [exchange, setExchange] = useState(false);
  if (make.data !== undefined) return <Made invite={make.data} />;
  const submit = () =>
    make.mutate({ ttl, ...(org.trim() !== '' && { for: org.trim() }), ...(exchange && { exchange: true }) });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        <TextInput
          label="For which organisation"
          description="Its id, such as vendor.example. Left empty, whoever has the text can use it once."
          value={org}
          onChange={(event) => setOrg(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          label="Valid for"
          data={TTLS}
          value={ttl}
          allowDeselect={false}
          onChange={(value) => setTtl(value ?? ttl)}
        />
        <Checkbox
          label="This gateway cannot be reached from outside"
          description="The other side then gives you a reply text, which you paste under “I got an invite”."
          checked={exchange}
          onChange={(event) => setExchange(event.currentTarget.checked)}
        />
        {make.error !== null && <Failure error={make.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={make.isPending}>
            Make the invite
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Made({ invite }: { invite: Reply<'invite.create'> }) {
  return (
    <Stack>
      <Alert color="blue" title="Shown once">
        Give it to the other organisation over a way you trust. It works once, and ends <Time at={invite.expiresAt} />.
        Then compare six words with them.
      </Alert>
      <Tabs defaultValue="text">
        <Tabs.List mb="sm">
          <Tabs.Tab value="text">Text</Tabs.Tab>
          <Tabs.Tab value="qr">QR code</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="text">
          <Textarea
            value={invite.invite}
            readOnly
            autosize
            minRows={3}
            maxRows={8}
            aria-label="Text of the invite"
            classNames={{ input: 'cf-mono' }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="qr">
          <Qr text={invite.invite} />
        </Tabs.Panel>
      </Tabs>
      <Group justify="flex-end">
        <Copy text={invite.invite} what="invite" />
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() => save(`${invite.id}.txt`, 'text/plain', `${invite.invite}\n`)}
        >
          Save as a file
        </Button>
      </Group>
    </Stack>
  );
}

/** The text as a picture for a camera; made here, sent nowhere. */
function Qr({ text }: { text: string }) {
  const code = useMemo(() => {
    try {
      return encode(text, { ecc: 'L', border: 2 });
    } catch {
      return undefined;
    }
  }, [text]);
  if (code === undefined)
    return (
      <Text size="sm" c="dimmed">
        The text is too long for one QR code: use the text or the file.
      </Text>
    );
  const path = code.data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return (
    <svg
      viewBox={`0 0 ${code.size} ${code.size}`}
      className="cf-qr"
      role="img"
      aria-label="The invite as a QR code"
      shapeRendering="crispEdges"
    >
      <rect width={code.size} height={code.size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
