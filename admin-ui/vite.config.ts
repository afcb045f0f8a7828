import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// biome-ignore lint/style/noDefaultExport: Vite takes its configuration from the default export only
export default defineConfig({
  plugins: [react()],
  logLevel: 'warn',
  html: { cspNonce: '__NONCE__' },
  build: {
    target: 'es2022',
    // Everything that is small would otherwise become a data: address, which the policy lets through for images only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
  },
});
