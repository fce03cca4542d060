/** Whether two studies are one: only then do their runs stand beside each other. */
import type { Architecture } from '../../ngpt/index.js';
import { ConfigError } from '../../tensor/index.js';
import { trainSettings } from '../../training/settings/settings.js';
import { recipeOf } from './recipe.js';
import type { ComparedData, Machine, Recipe } from './run.js';

/** A study by the place where it lies, such as a `comparison` in `out/compare`. */
export interface Place {
  readonly outDir: string;
  readonly kind: string;
}

/** @throws ConfigError always. */
export function refuseOther({ outDir, kind }: Place, setting: string, there: unknown, here: unknown): never {
  throw new ConfigError(
    `${outDir} holds a ${kind} with ${setting} ${there}, not ${here}; give another outDir`,
    {
      settings: [setting, 'outDir'],
    },
  );
}

/** @throws ConfigError for other data, or another backend. */
export function requireSameData(
  place: Place,
  found: { readonly data: ComparedData; readonly machine: Pick<Machine, 'backend'> },
  asked: { readonly data: ComparedData; readonly machine: Pick<Machine, 'backend'> },
): void {
  if (found.data.crc32 !== asked.data.crc32) {
    throw new ConfigError(
      `${place.outDir} holds a ${place.kind} on other data (${found.data.name}, ${found.data.trainTokens} tokens to learn from); give another outDir`,
      { settings: ['outDir'] },
    );
  }
  if (found.machine.backend !== asked.machine.backend) {
    refuseOther(place, 'backend', found.machine.backend, asked.machine.backend);
  }
}

/** @throws ConfigError that names the first difference. */
export function requireSameRecipe(place: Place, arch: Architecture, found: Recipe, asked: Recipe): void {
  // One that is older lacks newer options, which then had their defaults.
  const there: Recipe = { ...recipeOf(trainSettings({ arch })), ...found };
  const differing = (Object.keys(asked) as (keyof Recipe)[]).find((name) => there[name] !== asked[name]);
  if (differing !== undefined) refuseOther(place, differing, there[differing], asked[differing]);
}
