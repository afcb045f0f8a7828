import {
  Alert,
  Anchor,
  Button,
  Center,
  Code,
  Group,
  Loader,
  Paper,
  Stack,
  Text,
  ThemeIcon,
  Title,
} from '@mantine/core';
import { IconAlertTriangle, type IconProps, IconZoomQuestion } from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import { Link } from 'wouter';
import type { ApiError } from '../api/client';

export const Loading = () => (
  <Center py="xl">
    <Loader aria-label="Loading" />
  </Center>
);

/** A failure: what happened, what to do next, and the code and id under which it can be looked for. */
export function Failure({ error, retry }: { error: ApiError; retry?: (() => void) | undefined }) {
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={<FaultText text={error.message} />} role="alert">
      <Stack gap="xs">
        <Text size="sm">{error.hint}</Text>
        <Group gap="xs">
          <Code>{error.code}</Code>
          {error.correlation !== undefined && <Code>{error.correlation}</Code>}
          {retry !== undefined && (
            <Button size="compact-sm" variant="light" color="red" onClick={retry}>
              Try again
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}

/** Sentences that may hold names that others chose, on several lines. */
const FaultText = ({ text }: { text: string }) => (
  <span className="cf-name" style={{ whiteSpace: 'pre-wrap' }}>
    {text}
  </span>
);

/** Something that a link led to and that is not there any more. */
export function Gone({ what, back }: { what: string; back?: { href: string; label: string } }) {
  const { href, label } = back ?? { href: '/', label: 'To the overview' };
  return (
    <Center py={80}>
      <Stack align="center" gap="sm">
        <ThemeIcon size={56} radius="xl" variant="light" color="gray">
          <IconZoomQuestion size={30} aria-hidden />
        </ThemeIcon>
        <Title order={1}>{what} is not here</Title>
        <Text c="dimmed" ta="center">
          It may have been removed, or the address is not complete.
        </Text>
        <Anchor component={Link} href={href}>
          {label}
        </Anchor>
      </Stack>
    </Center>
  );
}

/** Nothing is here yet: why, and what to do next. */
export function Empty({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon: ComponentType<IconProps>;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Paper withBorder p="xl">
      <Stack align="center" gap="sm" py="lg">
        <ThemeIcon size={56} radius="xl" variant="light">
          <Icon size={30} aria-hidden />
        </ThemeIcon>
        <Title order={2}>{title}</Title>
        <Text c="dimmed" ta="center" maw={520}>
          {children}
        </Text>
        {action}
      </Stack>
    </Paper>
  );
}
