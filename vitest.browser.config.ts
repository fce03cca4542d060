import { defineConfig } from 'vitest/config';

/** What needs a browser: `npm run test:browser`. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.browser.ts'],
    globalSetup: 'test/browser/playground/build.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two files side by side: a browser waits for its pages and its GPU about half of the time.
    maxWorkers: 2,
    expect: { poll: { timeout: 20_000 } },
  },
});
