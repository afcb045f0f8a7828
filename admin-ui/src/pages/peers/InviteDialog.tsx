import { Modal, Tabs } from '@mantine/core';
import { IconClipboardText, IconMailPlus } from '@tabler/icons-react';
import { AcceptInvite } from './AcceptInvite';
import { MakeInvite } from './MakeInvite';

/** Two ways to meet a peer: give an invite, or take one. */
export function InviteDialog({ opened, close }: { opened: boolean; close: () => void }) {
  return (
    <Modal opened={opened} onClose={close} title="Meet a peer">
      <Tabs defaultValue="make">
        <Tabs.List mb="md" grow>
          <Tabs.Tab value="make" leftSection={<IconMailPlus size={16} aria-hidden />}>
            Give an invite
          </Tabs.Tab>
          <Tabs.Tab value="take" leftSection={<IconClipboardText size={16} aria-hidden />}>
            I got an invite
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="make">
          <MakeInvite />
        </Tabs.Panel>
        <Tabs.Panel value="take">
          <AcceptInvite close={close} />
        </Tabs.Panel>
      </Tabs>
    </Modal>
  );
}
