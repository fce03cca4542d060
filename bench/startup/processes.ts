/** Processes that begin to train, and when they got how far. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const path = (name: string) => new URL(name, import.meta.url).pathname;

/** A stage, and when it ended: milliseconds since the process was started. */
export interface Mark {
  readonly stage: string;
  readonly at: number;
}

export interface Start {
  /** Which build of the kernels ran. */
  readonly mode: string;
  readonly marks: readonly Mark[];
  /** Milliseconds of processor time, of all threads; null where the process was not asked. */
  readonly cpu: number | null;
}

/** A program that imports the library, and trains one step. @throws Error where it fails. */
export async function startLibrary(node: string, isFast: boolean): Promise<Start> {
  const child = start(node, [path('first-step.mjs'), ...(isFast ? ['--fast-simd'] : [])]);
  for await (const line of child.lines) {
    const { mode, stages, cpu } = JSON.parse(line) as { mode: string; stages: Mark[]; cpu: number };
    return { mode, marks: stages, cpu };
  }
  throw new Error(`no first step: ${child.lastWords()}`);
}

/** `ngpt train --preset nano-cpu`, stopped after its first step. @throws Error where it does not come to that. */
export async function startCommand(node: string, options: readonly string[]): Promise<Start> {
  const folder = await mkdtemp(join(tmpdir(), 'spheregrad-startup-'));
  const command = ['train', '--preset', 'nano-cpu', '--json', '--out-dir', folder, ...options];
  const child = start(node, [path('../../dist/cli/main.js'), ...command]);
  const marks: Mark[] = [];
  let mode = '';
  try {
    for await (const line of child.lines) {
      const event = JSON.parse(line) as { event: keyof typeof STAGES; mode?: string };
      mode = event.mode ?? mode;
      marks.push({ stage: STAGES[event.event], at: child.elapsed() });
      if (event.event === 'step') return { mode, marks, cpu: null };
    }
    throw new Error(`no first step: ${child.lastWords()}`);
  } finally {
    await child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

const STAGES = { start: 'start event', eval: 'first evaluation', step: 'first step', done: 'done' } as const;

function start(node: string, args: readonly string[]) {
  const started = performance.now();
  const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  child.stderr.on('data', (text) => {
    words += String(text);
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    lines: createInterface({ input: child.stdout }),
    elapsed: () => performance.now() - started,
    lastWords: () => words.trim() || 'it ended without a word',
    kill: () => {
      child.kill('SIGKILL');
      return closed;
    },
  };
}
