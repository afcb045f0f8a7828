import { Anchor, Box, Group, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { type ReactNode, useEffect } from 'react';
import { Link } from 'wouter';

interface Props {
  title: string;
  /** What stands behind the title, such as a state. */
  beside?: ReactNode;
  about?: ReactNode;
  up?: { href: string; label: string };
  actions?: ReactNode;
  children: ReactNode;
}

/** A page: its name in the browser's tab, a way up, what can be done here. */
export function Page({ title, beside, about, up, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Counterfoil`;
  }, [title]);
  return (
    <>
      {up !== undefined && (
        <Anchor component={Link} href={up.href} fz="sm" display="inline-flex" mb={6} className="cf-up">
          <IconArrowLeft size={15} aria-hidden /> {up.label}
        </Anchor>
      )}
      <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
        <Box miw={0} maw="100%">
          <Group gap="sm" maw="100%">
            <Title order={1} className="cf-name" miw={0}>
              {title}
            </Title>
            {beside}
          </Group>
          {about !== undefined && (
            <Box c="dimmed" fz="sm" mt={4} maw={760} className="cf-about">
              {about}
            </Box>
          )}
        </Box>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </>
  );
}
