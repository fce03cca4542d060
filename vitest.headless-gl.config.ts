import { defineConfig } from 'vitest/config';

/** What needs the package gl compiled, and a display: `npm run test:headless-gl`. */
export default defineConfig({
  test: {
    include: ['test/headless-gl/**/*.headless-gl.ts'],
    globalSetup: ['test/headless-gl/gl.ts'],
    testTimeout: 120_000,
    disableConsoleIntercept: true,
  },
});
