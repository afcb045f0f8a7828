import { ActionIcon, CopyButton, Group, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { short } from '../text/format';

/** A digest or id, cut to what the eye needs; the whole can be copied. */
export function Id({ of, most = 20, what = 'id' }: { of: string; most?: number; what?: string }) {
  return (
    <Group gap={2} wrap="nowrap" component="span" display="inline-flex" maw="100%">
      <Text component="span" className="cf-mono" title={of}>
        {short(of, most)}
      </Text>
      <Copy text={of} what={what} />
    </Group>
  );
}

export function Copy({ text, what }: { text: string; what: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : `Copy the ${what}`}>
          <ActionIcon size="sm" onClick={copy} aria-label={copied ? 'Copied' : `Copy the ${what}`}>
            {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
