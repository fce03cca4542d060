/** Questions of a panel: one at a time to each model, and what comes of those of a run that is gone is dropped. */
import type { Architecture } from '../../src/ngpt/index.js';
import type { App } from '../app.js';
import { write } from '../dom.js';
import { ARCHITECTURES } from '../setup/train-settings.js';
import { QuestionError } from '../training/client.js';
import type { Run } from '../training/run.js';

/** Asks on behalf of one panel; `problem` is where it says why a question was not answered. */
export class Asking {
  private readonly busy = new Set<Architecture>();

  constructor(
    private readonly app: App,
    private readonly problem: HTMLElement,
  ) {}

  /** Runs `task` for each model that is there and has answered the one before. */
  each(task: (arch: Architecture, run: Run, isCurrent: () => boolean) => Promise<void>): void {
    for (const arch of ARCHITECTURES) void this.one(arch, task);
  }

  private async one(
    arch: Architecture,
    task: (arch: Architecture, run: Run, isCurrent: () => boolean) => Promise<void>,
  ): Promise<void> {
    const { run } = this.app;
    if (this.busy.has(arch) || run.models[arch].facts === null) return;
    this.busy.add(arch);
    const isCurrent = () => run === this.app.run;
    try {
      await task(arch, run, isCurrent);
      if (isCurrent()) write(this.problem, '');
    } catch (error) {
      if (!(error instanceof QuestionError)) throw error;
      if (isCurrent()) write(this.problem, error.message);
    } finally {
      this.busy.delete(arch);
    }
  }
}
