/** Python with torch, for what is held to PyTorch. */
import { spawnSync } from 'node:child_process';

/** Set where such tests have to run, as in CI: without torch they fail there instead of being skipped. */
const REQUIRED = 'REQUIRE_PYTORCH';

const WANTED = 'python3 with torch and numpy (Debian: apt-get install python3-torch)';

const python = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import torch, numpy']).status === 0,
);
if (python === undefined && process.env[REQUIRED]) throw new Error(`${REQUIRED} is set: no ${WANTED} here`);

export const hasPyTorch = python !== undefined;

/** Why tests of `what` are skipped, if they are. */
export function warnWithoutPyTorch(what: string): void {
  if (!hasPyTorch) console.warn(`skipped: ${what}: no ${WANTED} here`);
}

/** One thread each: on a busy machine more make it very slow. */
const ENVIRONMENT = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };

/** Runs a script, and returns what it prints. @throws Error with what it says where it fails. */
export function runPython(args: readonly string[], cwd?: string): string {
  return run(python ?? 'python3', args, cwd);
}

/** A shell script that starts Python. */
export function runShell(args: readonly string[], cwd: string): string {
  return run('sh', args, cwd, { LAUNCH: python ?? 'python3' });
}

function run(program: string, args: readonly string[], cwd?: string, more = {}): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    cwd,
    env: { ...ENVIRONMENT, ...more },
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout;
}
