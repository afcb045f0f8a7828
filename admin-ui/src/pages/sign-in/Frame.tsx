import { Box, Center, Group, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import logo from '../../assets/logo.svg';

/** The frame of the pages before somebody is signed in: whose gateway this is. */
export function Frame({ gateway, children }: { gateway: { id: string; org: string }; children: ReactNode }) {
  return (
    <Center mih="100vh" p="md" component="main">
      <Stack w="100%" maw={420} gap="lg">
        <Group gap="sm" wrap="nowrap">
          <img src={logo} width={44} height={44} alt="" />
          <Box miw={0}>
            <Text fw={650} className="cf-name">
              {gateway.org}
            </Text>
            <Text size="sm" c="dimmed" className="cf-name">
              {gateway.id}
            </Text>
          </Box>
        </Group>
        <Paper withBorder p="xl" shadow="sm">
          {children}
        </Paper>
        <Text size="xs" c="dimmed" ta="center">
          Counterfoil: both check it, and both keep the proof.
        </Text>
      </Stack>
    </Center>
  );
}
