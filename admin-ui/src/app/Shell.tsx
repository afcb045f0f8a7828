import {
  AppShell,
  Badge,
  Box,
  Burger,
  Group,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  UnstyledButton,
  VisuallyHidden,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconArrowsExchange,
  IconChevronDown,
  IconFileCertificate,
  IconLayoutDashboard,
  IconLogout,
  IconNotebook,
  IconSettings,
  IconTable,
  IconTopologyStar3,
  IconUser,
} from '@tabler/icons-react';
import { Suspense, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { useLive } from '../api/live';
import { queryClient, useDo, useOp } from '../api/queries';
import logo from '../assets/logo.svg';
import { Loading } from '../components/States';
import { CutOff } from './CutOff';
import { Pages } from './Pages';
import { SchemeItems } from './SchemeItems';
import { useSession } from './session';

const PLACES = [
  { path: '/', label: 'Overview', icon: IconLayoutDashboard },
  { path: '/peers', label: 'Peers', icon: IconTopologyStar3 },
  { path: '/datasets', label: 'Datasets', icon: IconTable },
  { path: '/agreements', label: 'Agreements', icon: IconFileCertificate },
  { path: '/transfers', label: 'Transfers', icon: IconArrowsExchange },
  { path: '/ledger', label: 'Ledger', icon: IconNotebook },
  { path: '/settings', label: 'Settings', icon: IconSettings },
];

export function Shell() {
  const isLive = useLive();
  const [opened, { toggle, close }] = useDisclosure();
  const [place] = useLocation();
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    close();
    // Who goes from tab to tab with the arrow keys stays on the tabs.
    if (document.activeElement?.getAttribute('role') === 'tab') return;
    document.getElementById('main')?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [place, close]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="lg"
    >
      <a href="#main" className="cf-skip">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <Brand />
          </Group>
          <Who />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" component="nav" aria-label="Sections">
        <AppShell.Section grow component={ScrollArea}>
          {PLACES.map(({ path, label, icon: Icon }) => {
            const isHere = path === '/' ? place === '/' : place.startsWith(path);
            return (
              <NavLink
                key={path}
                component={Link}
                href={path}
                label={label}
                active={isHere}
                aria-current={isHere ? 'page' : undefined}
                leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
                rightSection={path === '/' ? <Waiting /> : undefined}
              />
            );
          })}
        </AppShell.Section>
        <AppShell.Section>
          <Ready />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} style={{ outline: 'none' }}>
        {!isLive && <CutOff />}
        <Box maw={1480} mx="auto">
          <Suspense fallback={<Loading />}>
            <Pages />
          </Suspense>
        </Box>
      </AppShell.Main>
    </AppShell>
  );
}

function Brand() {
  const { gateway } = useSession();
  return (
    <UnstyledButton component={Link} href="/" miw={0}>
      <Group gap="xs" wrap="nowrap" miw={0}>
        <img src={logo} width={28} height={28} alt="" />
        <Box miw={0}>
          <Text fw={650} size="sm" lh={1.2} truncate className="cf-name">
            {gateway.org}
          </Text>
          <Text size="xs" c="dimmed" lh={1.2} truncate>
            {gateway.id}
          </Text>
        </Box>
      </Group>
    </UnstyledButton>
  );
}

/** How many things wait for somebody here. */
function Waiting() {
  const { data } = useOp('overview.show', {});
  const waiting = data?.waiting.length ?? 0;
  if (waiting === 0) return null;
  return (
    <Badge color="orange" variant="filled" size="sm" circle={waiting < 10} autoContrast>
      {waiting}
      <VisuallyHidden> things wait for somebody</VisuallyHidden>
    </Badge>
  );
}

function Ready() {
  const { data } = useOp('gateway.status', {});
  if (data === undefined) return null;
  return (
    <Box px="sm" py="xs">
      <Group gap={6}>
        <Box w={8} h={8} bdrs="xl" bg={data.ready ? 'green.7' : 'red.7'} aria-hidden />
        <Text size="xs" c={data.ready ? 'dimmed' : 'red'}>
          {data.ready ? 'Ready to exchange' : 'Not ready'}
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        {data.software}
      </Text>
    </Box>
  );
}

function Who() {
  const { user } = useSession();
  const end = useDo('session.end');
  const signOut = async () => {
    await end.mutateAsync({}).catch(() => undefined);
    queryClient.clear();
    window.location.assign('/');
  };
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton aria-label={`${user.name ?? 'Signed in'}, ${user.role}: account`}>
          <Group gap={6} wrap="nowrap">
            <IconUser size={18} stroke={1.6} aria-hidden />
            <Text size="sm" fw={500} visibleFrom="xs">
              {user.name}
            </Text>
            <IconChevronDown size={14} aria-hidden />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.name}, {user.role}
        </Menu.Label>
        <Menu.Item component={Link} href="/settings/account" leftSection={<IconUser size={16} aria-hidden />}>
          Your account
        </Menu.Item>
        <Menu.Divider />
        <SchemeItems />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
