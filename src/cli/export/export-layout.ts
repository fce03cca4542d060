/** How `ngpt export` lays its files out, and what it says of the way on from there. Explained in docs/scale-out.md. */
import { join } from 'node:path';
import { Option } from 'commander';
import {
  type Checkpoint,
  EXPORT_FILES,
  type ExportLayout,
  RELEASED_FILES,
} from '../../training/node/index.js';
import { lostSettings } from '../../training/released/arguments.js';
import { kebabCase } from '../../training/settings/names.js';
import { shellWord } from '../options.js';

export function layoutOption(): Option {
  return new Option(
    '--layout <name>',
    'released: a folder to copy over the released code, with its command line',
  )
    .choices(['plain', 'released'])
    .default('plain');
}

export function exportedNotes(out: string, layout: ExportLayout, checkpoint: Checkpoint): string[] {
  const { step, config, settings } = checkpoint;
  const lost = lostSettings(settings).map((name) => `--${kebabCase(name)}`);
  const without =
    lost.length === 0 ? [] : [`The released code knows nothing of ${lost.join(', ')} and goes on without.`];
  const wrote = `Wrote the run after step ${step} to ${out}.`;
  const isRotary = config.rope === 'rotary';
  if (layout === 'plain') {
    const script = shellWord(join(out, EXPORT_FILES.script));
    const rotary =
      'This model turns queries and keys by real rotations; the released code needs train_rotary.py for that, which --layout released writes.';
    return [
      wrote,
      `Next: python3 ${script} builds ckpt.pt (needs torch and numpy); docs/scale-out.md has the rest.`,
      ...(isRotary ? [rotary] : []),
      ...without,
    ];
  }
  const rotary = `${RELEASED_FILES.run} starts train.py by ${RELEASED_FILES.rotary}: this model turns queries and keys by real rotations.`;
  return [
    wrote,
    `Next, with the released code in the folder NGPT: cp -r ${shellWord(`${out}/.`)} NGPT && cd NGPT && python3 ${EXPORT_FILES.script} && sh ${RELEASED_FILES.run}; docs/scale-out.md has the rest.`,
    ...(isRotary ? [rotary] : []),
    ...without,
  ];
}
