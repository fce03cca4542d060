import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import tsconfig from './tsconfig.json' with { type: 'json' };

/**
 * They replace modules, switch on for good what a thread finds out once, or take all buffers that live to be their own: they
 * have a worker's modules to themselves. All others share them with the files before: to load them anew for each took half of
 * the time.
 */
const ALONE = [
  'test/misuse.test.ts',
  'test/tensor/scope.test.ts',
  'test/tensor/storage.test.ts',
  'test/tensor/backends/wasm/runtime/choose-mode.test.ts',
  'test/tensor/backends/wasm/runtime/self-check.test.ts',
];

/** By `paths` of tsconfig.json: what is imported by the name of the package is the source. */
const alias = Object.entries(tsconfig.compilerOptions.paths).map(([name, [path]]) => ({
  find: new RegExp(`^${name}$`),
  replacement: fileURLToPath(new URL(path, import.meta.url)),
}));

export default defineConfig({
  resolve: { alias },
  test: {
    // One worker less is the default: on two cores, one alone, which waits for the commands it starts.
    maxWorkers: '100%',
    // Tests of one file side by side, where they start programs.
    maxConcurrency: 2,
    projects: [
      {
        extends: true,
        test: { name: 'shared', isolate: false, include: ['test/**/*.test.ts'], exclude: ALONE },
      },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
