/** Builds the playground into static files that any host serves: `npm run build:web`. */
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { sources } from './sources.js';

/**
 * Only this page's own files, and WebAssembly. Styles are set through the CSSOM, which needs no exception. Pictures of
 * curves are blobs. A policy in a meta tag does not bind workers: they have none of their own, and gpu.js, which
 * compiles kernels, runs in them.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
      injectTo: 'head-prepend',
    },
  ],
};

/** Nothing that browsers run may import Node; Vite would put an empty module in its place. */
const refuseNode: Plugin = {
  name: 'refuse-node',
  enforce: 'pre',
  resolveId(id, importer) {
    if (!id.startsWith('node:') && !builtinModules.includes(id)) return null;
    throw new Error(`${importer} imports ${id}, which browsers lack`);
  },
};

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  // Relative addresses: it may stand under any path of a host.
  base: './',
  plugins: [refuseNode, contentSecurityPolicy, sources(new URL('../..', import.meta.url))],
  worker: { format: 'es', plugins: () => [refuseNode] },
  build: {
    target: 'es2022',
    outDir: '../out/web',
    emptyOutDir: true,
    chunkSizeWarningLimit: 1500,
    modulePreload: { polyfill: false },
  },
});
