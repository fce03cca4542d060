import { entriesOf } from '../../ngpt/config/option.js';
import { type RunRequest, resolveRun } from '../../training/node/index.js';
import { snakeCase } from '../../training/settings/names.js';
import { TRAINING_OPTIONS } from '../../training/settings/train-settings.js';
import type { BackendChoice } from '../options.js';

/** Prints what a run would have for all its options, as a file that `--config` takes. Explained in docs/training.md. */
export async function printConfig(request: RunRequest, { backend, mode }: BackendChoice): Promise<void> {
  const { settings, data, outDir, hasOwnTokens } = await resolveRun(request);
  const own = entriesOf(TRAINING_OPTIONS).filter(
    ([name, { only }]) =>
      (only === undefined || only.arch === settings.arch) && !(name === 'tokenizer' && hasOwnTokens),
  );
  const config = {
    data,
    out_dir: outDir,
    init_from: request.initFrom,
    backend,
    mode,
    ...Object.fromEntries(own.map(([name]) => [snakeCase(name), settings[name]])),
  };
  process.stdout.write(`${JSON.stringify(config, null, 2)}\n`);
}
