/** What may happen to a run of days: ways to disturb one that is under way. */
import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Result, RunningCommand } from '../helpers/cli.js';

export interface Disturbed {
  readonly running: RunningCommand;
  /** Calls the same command once more. */
  again(): RunningCommand;
  /** The folder that its out-dir lies in, on a disk of its own that may be filled. */
  readonly disk: string;
}

/** Disturbs a run and waits until it has ended. @throws AssertionError if it ended otherwise than it must. */
type Disturbance = (run: Disturbed) => Promise<void>;

/** Whatever comes, a run may just have ended by itself; while it starts, a signal simply ends it. */
function requireExit({ code, signal, stderr }: Result, wanted: number): void {
  if (signal === null) expect([wanted, 0], stderr).toContain(code);
}

export const DISTURBANCES = {
  async kill({ running }) {
    running.child.kill('SIGKILL');
    await running.result;
  },

  async 'Ctrl-C'({ running }) {
    running.child.kill('SIGINT');
    requireExit(await running.result, 130);
  },

  async terminate({ running }) {
    running.child.kill('SIGTERM');
    requireExit(await running.result, 143);
  },

  async 'two at once'({ running, again }) {
    // Held meanwhile, so that it does not end before the other has tried.
    running.child.kill('SIGSTOP');
    if (running.child.exitCode === null) {
      const { code, stderr } = await again().result;
      expect([code, stderr]).toEqual([2, expect.stringContaining('is in use by')]);
    }
    running.child.kill('SIGKILL');
    await running.result;
  },

  async 'full disk'({ running, disk }) {
    const zeros = join(disk, 'zeros');
    execFileSync('sh', ['-c', 'cat /dev/zero > "$0" || true', zeros], { stdio: 'ignore' });
    const result = await running.result;
    requireExit(result, 2);
    if (result.code === 2) expect(result.stderr).toMatch(/no space left on the disk/);
    await rm(zeros);
  },
} satisfies Record<string, Disturbance>;

export type DisturbanceName = keyof typeof DISTURBANCES;
