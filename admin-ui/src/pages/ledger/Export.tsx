import { Anchor, Button, Group, List, Select, Stack, Text } from '@mantine/core';
import { IconDownload, IconExternalLink } from '@tabler/icons-react';
import { useState } from 'react';
import { useOp } from '../../api/queries';
import { Panel } from '../../components/Panel';

/** The auditor's file of one relation, and where it is checked. */
export function Export() {
  const { data } = useOp('peer.list', {});
  const [peer, setPeer] = useState<string | null>(null);
  return (
    <Panel
      title="The auditor's bundle"
      about="Everything both sides signed about one relation. No row of data is in it."
    >
      <Stack>
        <Select
          label="Relation with"
          placeholder="Choose a peer"
          data={(data?.peers ?? []).map(({ id, name }) => ({ value: id, label: `${name} (${id})` }))}
          value={peer}
          onChange={setPeer}
          maw={420}
        />
        <Group>
          <Button
            component="a"
            href={peer === null ? undefined : `/v1/audit/bundle?peer=${encodeURIComponent(peer)}`}
            data-disabled={peer === null || undefined}
            aria-disabled={peer === null}
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            Download the bundle
          </Button>
          <Anchor href="/verifier.html" target="_blank" rel="noreferrer">
            Open the verifier <IconExternalLink size={14} aria-hidden />
          </Anchor>
        </Group>
        <Text size="sm" fw={550}>
          What an auditor does with it
        </Text>
        <List size="sm" type="ordered">
          <List.Item>Takes one bundle from each side: neither side can leave out what the other holds.</List.Item>
          <List.Item>
            Opens the verifier page, which needs no network and no gateway, and drops both files on it.
          </List.Item>
          <List.Item>Reads the verdict, with every fault named, and whom it points at.</List.Item>
        </List>
      </Stack>
    </Panel>
  );
}
