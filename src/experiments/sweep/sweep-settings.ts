/** From a sweep to the settings of a run. */
import { ConfigError } from '../../tensor/index.js';
import { checkSettings } from '../../training/settings/settings.js';
import { TRAINING_OPTIONS, type TrainSettings } from '../../training/settings/train-settings.js';
import { requireAscending, requireRates } from '../runs/lists.js';
import { seedsOf } from '../runs/recipe.js';
import type { Recipe, RunSpec } from '../runs/run.js';
import { placeOf, type SweptPlace } from './line.js';
import type { SweepPlan } from './sweep.js';

/** What a run of a sweep trains with. @throws ConfigError where it does not fit together. */
export function sweptSettings(run: RunSpec, recipe: Recipe): TrainSettings {
  const { arch, budget, learningRate, seed } = run;
  const place = placeOf(run);
  if (place === null) throw new Error(`${run.variant} is no run of a sweep`);
  if (recipe.warmupIters >= budget) {
    throw new ConfigError(
      `a warm-up of ${recipe.warmupIters} steps does not fit a run of ${budget}: give a larger maxIters, or smaller warmupIters`,
      { settings: ['maxIters', 'warmupIters'] },
    );
  }
  return checkSettings({
    ...{ ...recipe, ...changesAt(place, recipe), arch, maxIters: budget, learningRate },
    ...seedsOf(seed),
  });
}

function changesAt({ axis, size, tunedAt, alpha }: SweptPlace, recipe: Recipe): Partial<TrainSettings> {
  const rule = tunedAt ?? 0;
  if (axis === 'width') return { nEmbd: size, nHead: headsAt(size, recipe), transferWidth: rule };
  return { nLayer: size, alphaInit: alpha ?? recipe.alphaInit, transferDepth: rule };
}

/** Heads keep their size, as in νGPT: wider models have more of them. @throws ConfigError where none fits. */
function headsAt(width: number, { nEmbd, nHead }: Recipe): number {
  const size = nEmbd / nHead;
  if (width % size === 0) return width / size;
  throw new ConfigError(
    `a width of ${width} is no multiple of ${size}, the size of a head with nEmbd ${nEmbd} and nHead ${nHead}: ` +
      'give other widths, or a larger nHead',
    { settings: ['nEmbd', 'nHead', 'widths'] },
  );
}

/** Every value of a plan by itself. @throws ConfigError for the first that will not do. */
export function checkSweep({ axis, sizes, base, values, learningRate, seed }: SweepPlan): void {
  const [list, rule, size] =
    axis === 'width'
      ? (['widths', 'transferWidth', 'nEmbd'] as const)
      : (['depths', 'transferDepth', 'nLayer'] as const);
  requireAscending(list, sizes);
  for (const each of sizes) TRAINING_OPTIONS[size].check(list, each);
  requireRates(learningRate === null ? 'learningRates' : 'alphas', values);
  if (learningRate !== null) requireRates('learningRates', [learningRate]);
  TRAINING_OPTIONS.seed.check('seed', seed);
  if (sizes.includes(base)) return;
  throw new ConfigError(
    `${rule} ${base} is none of the ${list} ${sizes.join()}: it is where values are tuned`,
    {
      settings: [rule, list],
    },
  );
}
