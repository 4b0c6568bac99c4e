import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

// Everything is a file of ours with a hash in its name: the server's policy allows no inline script, no inline style, no data: URL.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [tailwindcss()],
  // The pages are written for React and run on Preact, which is a third of the code and starts in two thirds of the time (docs/decisions/0028).
  resolve: {
    alias: [
      { find: /^react-dom(\/client)?$/, replacement: 'preact/compat$1' },
      { find: /^react\/jsx-runtime$/, replacement: 'preact/jsx-runtime' },
      { find: /^react$/, replacement: 'preact/compat' },
    ],
  },
  build: {
    outDir: 'dist',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    reportCompressedSize: false,
    // 'use client' means nothing here.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
});
