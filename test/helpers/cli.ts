/** Runs the built `ngpt` command, as users do. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { mobyDick } from '../../src/training/data/node/moby-dick.js';
import { CliHost } from './cli-host/host.js';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const MAIN = join(DIST, 'cli', 'main.js');

/** A file of the build. @throws Error when there is no build. */
export function built(path: string): string {
  if (!existsSync(MAIN))
    throw new Error(`${MAIN} is missing: these tests run the build; run 'npm run build' first`);
  return join(DIST, path);
}

export interface Result {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcessWithoutNullStreams;
  readonly result: Promise<Result>;
  /** Resolves when stdout contains `text`; rejects if the command ends without. */
  stdoutHas(text: string): Promise<void>;
}

/** `output` is a file that stdout goes to, in place of a pipe to the test; `environment` is added to that of the test. */
export function startScript(
  script: string,
  args: readonly string[],
  cwd?: string,
  output?: string,
  environment: Readonly<Record<string, string>> = {},
): RunningCommand {
  const command = [process.execPath, script, ...args];
  const redirected = ['/bin/sh', '-c', `exec "$0" "$@" > '${output}'`, ...command];
  const [program, ...given] = output === undefined ? command : redirected;
  const child = spawn(program, given, { cwd, env: { ...process.env, ...environment } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const result = new Promise<Result>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const stdoutHas = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (stdout.includes(text)) resolve();
      };
      child.stdout.on('data', look);
      child.on('close', () => reject(new Error(`ended without '${text}': ${stdout}${stderr}`)));
      look();
    });
  return { child, result, stdoutHas };
}

export function startCli(
  args: readonly string[],
  cwd?: string,
  output?: string,
  environment?: Readonly<Record<string, string>>,
): RunningCommand {
  return startScript(built('cli/main.js'), args, cwd, output, environment);
}

export function runCli(args: readonly string[], cwd?: string): Promise<Result> {
  return startCli(args, cwd).result;
}

let host: CliHost | null = null;

/**
 * The same without a process of its own, which saves most of the time of a small command: in one that others were run in before,
 * one at a time. `test/cli/process.test.ts` holds it to `startCli`.
 */
export function runHosted(args: readonly string[], cwd = process.cwd()): Promise<Result> {
  host ??= new CliHost(built('.'));
  return host.run(args, cwd);
}

/** What `--json` printed. @throws SyntaxError for a line that is not JSON. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

/** A folder that lives as long as the test file runs; its path is there once tests run. */
export function testFolder(): { path: string } {
  const folder = { path: '' };
  beforeAll(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'spheregrad-'));
  });
  afterAll(() => rm(folder.path, { recursive: true, force: true }));
  return folder;
}

/** A few pages of the book of `--data moby-dick`, where it does not matter that all of it is read and measured. */
export async function writeSmallText(path: string): Promise<void> {
  await writeFile(path, mobyDick().slice(0, 4000));
}

/** Options of a model that trains in milliseconds. */
export const SMALL_MODEL = [
  ...['--n-layer', '2', '--n-head', '2', '--n-embd', '16', '--block-size', '16', '--batch-size', '4'],
  ...['--eval-iters', '2'],
];
