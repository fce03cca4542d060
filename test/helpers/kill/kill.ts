/** Processes that are killed at a chosen change of a file. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const KILL_AT = pathToFileURL(fileURLToPath(new URL('./kill-at.mjs', import.meta.url))).href;

export interface KillOptions {
  /** The number of the change, from 1, before which it is killed; none lets it end. */
  readonly at?: number;
  /** A pattern of the paths that count; default all. */
  readonly in?: string;
  /** Without hard links. */
  readonly noLinks?: boolean;
}

export interface Killed {
  readonly signal: NodeJS.Signals | null;
  /** How many changes it made, if it came to its end. */
  readonly changes: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of the build, or one that imports it. */
export function runKilled(script: string, args: readonly string[], options: KillOptions = {}): Killed {
  const { at, in: place = '', noLinks = false } = options;
  const { signal, stdout, stderr } = spawnSync(process.execPath, ['--import', KILL_AT, script, ...args], {
    encoding: 'utf8',
    env: {
      ...process.env,
      KILL_IN: place,
      ...(at === undefined ? {} : { KILL_AT: String(at) }),
      ...(noLinks ? { KILL_NO_LINKS: '1' } : {}),
    },
  });
  const changes = Number(/changes: (\d+)\n/.exec(stdout)?.[1] ?? 0);
  return { signal, changes, stdout, stderr };
}
