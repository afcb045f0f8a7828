import { Box, Card, Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A part of a page under its own heading. */
export function Panel({
  title,
  about,
  actions,
  children,
  flush = false,
}: {
  title?: string;
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** For tables: their rows reach the edges. */
  flush?: boolean;
}) {
  return (
    <Card component="section" aria-label={flush ? undefined : title} padding={0} mb="md">
      {title !== undefined && (
        <Group justify="space-between" px="lg" pt="md" pb={flush ? 'sm' : 0} gap="xs">
          <Box miw={0}>
            <Title order={2}>{title}</Title>
            {about !== undefined && (
              <Text size="sm" c="dimmed" component="div" mt={2} className="cf-about">
                {about}
              </Text>
            )}
          </Box>
          {actions}
        </Group>
      )}
      <Box px={flush ? 0 : 'lg'} pt={flush ? 0 : 'md'} pb={flush ? 0 : 'lg'}>
        {children}
      </Box>
    </Card>
  );
}

/** Names and values, one below the other. */
export function Facts({ of }: { of: (readonly [name: string, value: ReactNode] | undefined)[] }) {
  return (
    <dl className="cf-facts">
      {of.map(
        (fact) =>
          fact !== undefined && (
            <div key={fact[0]}>
              <dt>{fact[0]}</dt>
              <dd>{fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
