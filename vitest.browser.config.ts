import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Minutes each. */
const LONG = ['gpu.browser.ts', 'running.browser.ts'];

/**
 * What takes longest comes first: begun last, it would go on alone, on one core, when all else is done. Without times of a run
 * before, as in CI, a file is taken to be the longer the larger it is, and these are small.
 */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((name) => moduleId.endsWith(`/${name}`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** What needs a browser: `npm run test:browser`. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.browser.ts'],
    globalSetup: 'test/browser/playground/build.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two files side by side: a browser waits for its pages and its GPU about half of the time.
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    expect: { poll: { timeout: 20_000 } },
  },
});
