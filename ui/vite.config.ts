/** Bundles the page into ui/dist; `npx vite ui` serves it while one works on it, with a running node behind. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** A running node or lab, for work on the page. */
const node = process.env.BASCULE_NODE ?? 'https://127.0.0.1:8443';

export default defineConfig({
  root: at('.'),
  base: './',
  resolve: {
    alias: {
      '#api': at('../src/api'),
      '#config': at('../src/config'),
      '#base': at('../src/base'),
      '#commit': at('../src/commit'),
    },
  },
  build: {
    outDir: at('./dist'),
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    rolldownOptions: {
      // Zod and what is set before the first schema come before everything else.
      output: {
        codeSplitting: { groups: [{ name: 'schemas', test: /node_modules.zod|without-eval/, priority: 9 }] },
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: node, secure: false, changeOrigin: true },
      '/lab': { target: node, secure: false, changeOrigin: true },
    },
  },
});
