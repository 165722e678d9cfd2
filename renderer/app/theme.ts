import { createTheme } from '@mantine/core';
import type { MantineColorsTuple } from '@mantine/core';

const amber: MantineColorsTuple = [
  '#fff6e5',
  '#ffedc9',
  '#ffdc9c',
  '#ffcb6e',
  '#ffbd46',
  '#ffb020',
  '#e89c0e',
  '#bd7d06',
  '#7a4700',
  '#1c1200',
];

/** Colours of the tokens come from tokens.css; here is only what Mantine wants to know itself. */
export const theme = createTheme({
  fontFamily: "'Inter Variable', 'Noto Sans', 'DejaVu Sans', sans-serif",
  fontFamilyMonospace: "'DejaVu Sans Mono', 'Liberation Mono', monospace",
  colors: { amber },
  primaryColor: 'amber',
  primaryShade: { light: 5, dark: 5 },
  autoContrast: true,
  defaultRadius: 'md',
  respectReducedMotion: true,
  focusRing: 'auto',
});
