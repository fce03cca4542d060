import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What was quick before comes first: most mutants die in the first files, and slow ones need not run. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const slowest = await super.sort(files);
    const seconds = (file: TestSpecification) =>
      this.ctx.cache.getFileTestResults(
        `${file.project.name}:${file.moduleId.slice(this.ctx.config.root.length + 1)}`,
      )?.duration ?? 0;
    return slowest.sort((a, b) => seconds(a) - seconds(b));
  }
}

/** The tests of one room, which `scripts/mutation.mjs` names: those of all would take hours. */
export default defineConfig({
  test: {
    include: process.env.MUTATION_TESTS?.split(',') ?? ['test/{autograd,ngpt}/**/*.test.ts'],
    isolate: false,
    setupFiles: ['test/setup.ts', 'test/mutation-setup.ts'],
    sequence: { sequencer: QuickFirst },
    // What runs forever Stryker ends by itself, in less. Its first run watches every line, on a machine with much else to do.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
