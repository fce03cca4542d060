/** Whether two comparisons are one: only then do their runs stand beside each other. */
import type { Architecture } from '../../ngpt/index.js';
import { ConfigError } from '../../tensor/index.js';
import { trainSettings } from '../../training/settings/settings.js';
import type { ByArchitecture, ComparedData, Comparison, Recipe } from './comparison.js';
import { recipeOf } from './run-settings.js';

/** What all runs of a comparison share. */
export interface Identity {
  readonly data: ComparedData;
  readonly recipes: ByArchitecture<Recipe>;
  readonly backend: string;
  readonly scaleWarmup: boolean;
}

/** @throws ConfigError that names the first difference. */
export function requireSameComparison(outDir: string, found: Comparison, asked: Identity): void {
  const refuse = (setting: string, there: unknown, here: unknown) => {
    throw new ConfigError(
      `${outDir} holds a comparison with ${setting} ${there}, not ${here}; give another outDir`,
      { settings: [setting, 'outDir'] },
    );
  };
  const { data } = asked;
  if (found.data.crc32 !== data.crc32) {
    throw new ConfigError(
      `${outDir} holds a comparison on other data (${found.data.name}, ${found.data.trainTokens} tokens to learn from); give another outDir`,
      { settings: ['outDir'] },
    );
  }
  if (found.machine.backend !== asked.backend) refuse('backend', found.machine.backend, asked.backend);
  if (found.plan.scaleWarmup !== asked.scaleWarmup) {
    refuse('scaleWarmup', found.plan.scaleWarmup, asked.scaleWarmup);
  }
  for (const arch of ['ngpt', 'gpt'] as const) {
    const [there, here] = [withNewOptions(arch, found.recipes[arch]), asked.recipes[arch]];
    const differing = namesOf(here).find((name) => there[name] !== here[name]);
    if (differing !== undefined) refuse(differing, there[differing], here[differing]);
  }
}

/** An older comparison lacks newer options, which then had their defaults. */
function withNewOptions(arch: Architecture, stored: Recipe): Recipe {
  return { ...recipeOf(trainSettings({ arch })), ...stored };
}

function namesOf(recipe: Recipe): (keyof Recipe)[] {
  return Object.keys(recipe) as (keyof Recipe)[];
}
