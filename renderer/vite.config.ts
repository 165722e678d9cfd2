import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Electron 25 is the oldest Chromium that shows the till. */
const OLDEST = 'chrome114';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: OLDEST,
    cssTarget: OLDEST,
    /** the page's policy allows fonts and pictures only as files of its own */
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
});
