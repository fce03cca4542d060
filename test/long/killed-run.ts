/** A training run that is killed again and again, and what must hold after each time. */
import { existsSync, statSync, watch } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { BEST_CHECKPOINT, LAST_CHECKPOINT, readCheckpoint } from '../../src/training/node/index.js';
import { jsonLines, type RunningCommand, runCli, startCli } from '../helpers/cli.js';

/** When to kill: some time after the start, or in the nth save, after a share of the time that one takes. */
export type Moment = { readonly afterMs: number } | { readonly save: number; readonly share: number };

export interface Kill {
  /** True if a save was under way. */
  readonly insideSave: boolean;
  /** The step of the last good checkpoint; null if there is none yet. */
  readonly step: number | null;
  /** The step that the killed process had last reported as saved; 0 for none. */
  readonly reported: number;
}

export class KilledRun {
  /** Of the last good checkpoint. */
  private step: number | null = null;
  /** How long the last save took that was seen from begin to end; a guess at first. */
  private saveMs = 20;
  /** Every loss so far: a step that is made again after a kill must have the same. */
  private readonly losses = new Map<number, number>();

  constructor(
    private readonly outDir: string,
    private readonly options: readonly string[],
  ) {}

  /** Starts or resumes, kills, and checks everything. @throws AssertionError */
  async kill(moment: Moment): Promise<Kill> {
    await mkdir(this.outDir, { recursive: true });
    const before = this.unfinished();
    const at = 'save' in moment ? this.nthSave(moment.save, before) : null;
    const running = this.start();
    if (at !== null) await Promise.race([at.begun, running.result]);
    const delay = 'save' in moment ? moment.share * this.saveMs : moment.afterMs;
    await new Promise((resolve) => setTimeout(resolve, delay));
    running.child.kill('SIGKILL');
    const { signal, stdout, stderr } = await running.result;
    at?.close();
    expect(signal, stderr).toBe('SIGKILL');

    const insideSave = this.isSaving(before);
    const reported = this.checkEvents(jsonLines(stdout));
    const step = await this.checkCheckpoints(reported);
    this.step = step;
    return { insideSave, step, reported };
  }

  /** Lets it go on for a few steps to a proper end. @throws AssertionError */
  async finish(steps: number): Promise<void> {
    const maxIters = String((this.step ?? 0) + steps);
    const { code, stdout, stderr } = await this.start('--max-iters', maxIters).result;
    expect(code, stderr).toBe(0);
    const events = jsonLines(stdout);
    expect(events[0].resumedFrom).toBe(this.step ?? 0);
    expect(events.at(-1)).toMatchObject({ event: 'done', steps: Number(maxIters) });
    const left = (await readdir(this.outDir)).sort();
    expect(left).toEqual([BEST_CHECKPOINT, LAST_CHECKPOINT, 'log.jsonl']);
  }

  private start(...more: string[]): RunningCommand {
    const from = ['--init-from', this.step === null ? 'scratch' : 'resume'];
    return startCli(['train', '--json', '--out-dir', this.outDir, ...this.options, ...from, ...more]);
  }

  /** When the files that are being written were last changed; undefined for those that are not there. */
  private unfinished(): (number | undefined)[] {
    return [LAST_CHECKPOINT, BEST_CHECKPOINT].map(
      (name) => statSync(join(this.outDir, `${name}.unfinished`), { throwIfNoEntry: false })?.mtimeMs,
    );
  }

  /** Files left by an earlier kill do not count. */
  private isSaving(before: readonly (number | undefined)[]): boolean {
    return this.unfinished().some((time, i) => time !== undefined && time !== before[i]);
  }

  /** Resolves when the nth save from now begins. */
  private nthSave(
    n: number,
    before: readonly (number | undefined)[],
  ): { begun: Promise<void>; close(): void } {
    let close = () => {};
    const begun = new Promise<void>((resolve) => {
      let [seen, wasSaving, since] = [0, false, 0];
      const watcher = watch(this.outDir, () => {
        const isSaving = this.isSaving(before);
        if (isSaving && !wasSaving) since = performance.now();
        if (isSaving && !wasSaving && ++seen === n) resolve();
        if (wasSaving && !isSaving) this.saveMs = performance.now() - since;
        wasSaving = isSaving;
      });
      close = () => watcher.close();
    });
    return { begun, close };
  }

  /** It went on from the last good checkpoint and made the same steps. Returns the last step reported as saved. */
  private checkEvents(events: readonly Record<string, unknown>[]): number {
    if (events.length === 0) return 0;
    expect(events[0]).toMatchObject({ event: 'start', resumedFrom: this.step ?? 0, evalInterval: 1 });
    let step = this.step ?? 0;
    for (const { event, step: made, loss } of events) {
      if (event !== 'step') continue;
      expect(made).toBe(++step);
      expect(loss).toBe(this.losses.get(step) ?? loss);
      this.losses.set(step, Number(loss));
    }
    // It saves after every step, and before it makes and reports the next.
    return Math.max(0, step - 1);
  }

  /** What is on the disk is whole, and no older than it was before or than was reported. */
  private async checkCheckpoints(reported: number): Promise<number | null> {
    const oldest = Math.max(reported, this.step ?? 0);
    if (existsSync(join(this.outDir, BEST_CHECKPOINT))) {
      const { step } = await readCheckpoint(join(this.outDir, BEST_CHECKPOINT));
      expect(step).toBeGreaterThan(0);
    }
    if (!existsSync(join(this.outDir, LAST_CHECKPOINT))) {
      expect(oldest).toBe(0);
      return null;
    }
    const { step } = await readCheckpoint(this.outDir);
    expect(step).toBeGreaterThanOrEqual(oldest);
    const options = ['--checkpoint', this.outDir, '--eval-iters', '1', '--json'];
    const { code, stdout, stderr } = await runCli(['eval', ...options]);
    expect(code, stderr).toBe(0);
    expect(jsonLines(stdout)[0]).toMatchObject({ event: 'eval', step });
    return step;
  }
}
