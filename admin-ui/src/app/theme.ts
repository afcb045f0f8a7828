import {
  ActionIcon,
  Anchor,
  Badge,
  Button,
  Card,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Modal,
  Notification,
  Table,
  Tabs,
  Tooltip,
} from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#eef7fa',
  '#dbe9ef',
  '#b2d2de',
  '#86bacd',
  '#62a5bf',
  '#4a98b6',
  '#3c88a6',
  '#2a7390',
  '#1b6078',
  '#0b4b60',
];

/** Greys with a little blue, from the text to the darkest ground. */
const dark: MantineColorsTuple = [
  '#d3d8dc',
  '#bac1c7',
  '#a3abb2',
  '#79828a',
  '#3c444b',
  '#2e353b',
  '#20262b',
  '#1b1f23',
  '#14171a',
  '#0f1214',
];

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 7 },
  colors: { petrol, dark },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.125rem' }, h3: { fontSize: '1rem' } },
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Anchor: Anchor.extend({ defaultProps: { underline: 'hover', size: 'sm' } }),
    Badge: Badge.extend({
      defaultProps: { variant: 'light', radius: 'sm' },
      styles: { root: { textTransform: 'none' } },
    }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    Card: Card.extend({ defaultProps: { withBorder: true, padding: 'lg' } }),
    Modal: Modal.extend({
      defaultProps: {
        size: 'lg',
        centered: true,
        overlayProps: { backgroundOpacity: 0.5 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
      styles: { title: { fontWeight: 650 } },
    }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'sm', highlightOnHover: true } }),
    Tabs: Tabs.extend({ defaultProps: { keepMounted: false } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 200, withArrow: true, multiline: true, maw: 360 } }),
  },
});

/** Dimmed text that is dark enough to be read (WCAG 2.2, 1.4.3), on cards and between them. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5b6670',
    '--mantine-color-green-light-color': '#17632f',
    '--mantine-color-orange-light-color': '#8a4300',
    '--mantine-color-red-light-color': '#a61b1b',
    '--mantine-color-blue-light-color': '#155a9c',
    '--mantine-color-gray-light-color': '#495057',
    '--mantine-color-body': '#ffffff',
    '--cf-canvas': '#f6f8f9',
    '--cf-good': '#1d7a3e',
    '--cf-bad': '#c02a2a',
    '--cf-warn': '#975a00',
    '--cf-sent': '#1b6078',
    '--cf-got': '#62a5bf',
  },
  dark: {
    '--mantine-color-dimmed': '#a3abb2',
    '--mantine-color-body': '#1b1f23',
    '--mantine-color-default': '#20262b',
    '--mantine-color-default-border': '#343c43',
    '--cf-canvas': '#14171a',
    '--cf-good': '#6fcf8f',
    '--cf-bad': '#ff8a80',
    '--cf-warn': '#f4b860',
    '--cf-sent': '#3c88a6',
    '--cf-got': '#b2d2de',
  },
});
