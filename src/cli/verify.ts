import { type Command, Option } from 'commander';
import { CheckpointError, createBackend, DataError } from '../tensor/index.js';
import { readSafetensorsFile, startFast } from '../training/node/index.js';
import { groupErrors, type VerifyReport, verifyReferenceRun } from '../training/verify/verify.js';
import { BAD_INPUT, errorLine } from './errors.js';
import { noteOnStderr } from './open-checkpoint.js';
import { type BackendChoice, backendOptions, modeOf } from './options.js';

interface VerifyOptions extends BackendChoice {
  dtype?: 'float32' | 'float64';
  json?: boolean;
}

/** The exit code of a run whose figures are beyond their tolerances. */
const MISSED = 1;

/** `ngpt verify`: is this nGPT? Replays recorded runs and compares. */
export function addVerifyCommand(program: Command): void {
  const command = program
    .command('verify')
    .description(
      'Replay reference runs and report the largest error per group; exit code 1 if one is too large, 2 for a file that is none.',
    )
    .argument('<file...>', 'reference runs, safetensors files')
    .addOption(
      new Option(
        '--dtype <name>',
        'float64 on the reference backend only (default: float64 there, else float32)',
      ).choices(['float32', 'float64']),
    )
    .option('--json', 'print one JSON object per file and nothing else')
    .action(verifyCommand);
  for (const option of backendOptions()) command.addOption(option);
}

async function verifyCommand(files: string[], options: VerifyOptions): Promise<void> {
  const { backend: name, dtype, json } = options;
  // The other backends say themselves what they do not have.
  const wanted = dtype ?? (name === 'reference' ? 'float64' : 'float32');
  const backend = await startFast(name, { dtype: wanted, ...modeOf(options) }, noteOnStderr, createBackend);
  for (const file of files) {
    const report = await verifyFile(file, backend);
    if (report === null) continue;
    const { errors, pass } = report;
    const line = json
      ? JSON.stringify({ file, backend: name, mode: backend.mode, errors, pass })
      : describe(file, report);
    process.stdout.write(`${line}\n`);
    // A file that could not be read says more.
    if (!pass) process.exitCode ??= MISSED;
  }
}

/** Null for a file that is no reference run, after saying so: the others may be. */
async function verifyFile(
  file: string,
  backend: Parameters<typeof verifyReferenceRun>[1],
): Promise<VerifyReport | null> {
  try {
    return await verifyReferenceRun(await readSafetensorsFile(file), backend);
  } catch (error) {
    if (!(error instanceof CheckpointError || error instanceof DataError)) throw error;
    process.stderr.write(errorLine(`${file}: ${error.message}`));
    process.exitCode = BAD_INPUT;
    return null;
  }
}

function describe(file: string, { backend, mode, errors, misses, pass }: VerifyReport): string {
  const rows = groupErrors(errors).map(({ group, error, tolerance }) => {
    const verdict = misses.includes(group) ? 'TOO LARGE' : 'ok';
    return `  ${group.padEnd(44)} ${error.toExponential(2).padStart(10)}   allowed ${tolerance.toExponential(0)}   ${verdict}`;
  });
  const verdict = pass ? 'pass' : `FAIL: ${misses.length} of ${rows.length} groups are too far off`;
  return [`${file} on ${backend} ${mode}`, ...rows, verdict, ''].join('\n');
}
