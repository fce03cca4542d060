import { defineConfig } from 'vitest/config';

/** Tests of many minutes: `npm run test:long`. One at a time, so that none disturbs the timing of another. */
export default defineConfig({
  test: {
    include: ['test/long/**/*.long.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 3_600_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
    reporters: ['verbose'],
  },
});
