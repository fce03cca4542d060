/** A comparison as a study: what the machinery of runs asks of it. */
import { refuseOther, requireSameData, requireSameRecipe } from '../../runs/identity.js';
import type { Kinds, Study } from '../../runs/node/study/study.js';
import { readStudyFile, requireNoOther, type StudyFile } from '../../runs/node/study/study-file.js';
import { type FinishedRuns, isDecided, lossOf, runName } from '../../runs/run.js';
import { COMPARISON_FORMAT, COMPARISON_VERSION, type Comparison } from '../comparison.js';
import { findingsOf, plannerOf } from '../findings.js';
import { runSettings } from '../run-settings.js';
import type { CheckedComparison } from './check-comparison.js';

const FILE: StudyFile<Comparison> = {
  kind: 'comparison',
  format: COMPARISON_FORMAT,
  version: COMPARISON_VERSION,
  hasParts: ({ data, recipes, plan, machine, runs }) =>
    Boolean(data?.crc32 && recipes?.ngpt && recipes.gpt && plan && machine && Array.isArray(runs)),
};

/** Null where there is none. @throws ConfigError for a file that is none. */
export function readComparison(folder: string): Promise<Comparison | null> {
  return readStudyFile(folder, FILE);
}

/** A step of nGPT takes longer than one of GPT, but not by much. */
export const BY_ARCHITECTURE: Kinds = {
  names: ['ngpt', 'gpt'],
  of: ({ arch }) => arch,
  cost: () => 1,
};

export function comparisonStudy(checked: CheckedComparison): Study<Comparison> {
  const { setup, plan, recipes } = checked;
  return {
    ...{ setup, kind: FILE.kind, kinds: BY_ARCHITECTURE },
    runs: (finished) => plannerOf(plan, finished).runs(),
    settingsOf: (run) => runSettings(run, recipes, plan.scaleWarmup),
    kept: (finished) => keptRuns(checked, finished),
    found: (finished) => comparisonOf(checked, finished),
    // An ablation may have become another.
    isOurs: ({ variant }) => variant === null,
    requireOwn: () => requireOwn(checked),
  };
}

function comparisonOf({ setup, plan, recipes }: CheckedComparison, finished: FinishedRuns): Comparison {
  const { machine, data } = setup;
  const planned = plannerOf(plan, finished).runs();
  const runs = planned.flatMap((run) => (isDecided(run) ? (finished.get(runName(run)) ?? []) : []));
  return {
    ...{ format: COMPARISON_FORMAT, version: COMPARISON_VERSION, time: new Date().toISOString() },
    ...{ machine, data, recipes, plan, runs, missing: planned.length - runs.length },
    ...findingsOf(plan, finished),
  };
}

/** The best of each architecture, at the largest budget that both have. */
function keptRuns({ plan }: CheckedComparison, finished: FinishedRuns): string[] {
  const planner = plannerOf(plan, finished);
  return (['ngpt', 'gpt'] as const).flatMap((arch) => {
    const budget = longestOfBoth(plan.budgets) ?? plan.budgets[arch][plan.budgets[arch].length - 1];
    const tried = planner.sweep({ arch, variant: null, budget })?.rates ?? [];
    const runs = tried.flatMap((learningRate) => {
      const name = runName({ arch, variant: null, budget, learningRate, seed: plan.seeds[0] });
      return finished.get(name) ?? [];
    });
    const lowest = Math.min(...runs.map(lossOf));
    return runs.filter((run) => lossOf(run) === lowest).map(({ name }) => name);
  });
}

/** The largest budget that both architectures have. */
function longestOfBoth({ ngpt, gpt }: CheckedComparison['plan']['budgets']): number | undefined {
  return ngpt.filter((budget) => gpt.includes(budget)).at(-1);
}

/** @throws ConfigError for a folder with something else in it. */
async function requireOwn({ setup, plan, recipes }: CheckedComparison): Promise<void> {
  const { outDir } = setup;
  const found = await readComparison(outDir);
  if (found === null) return requireNoOther(outDir, FILE.kind);
  const place = { outDir, kind: FILE.kind };
  requireSameData(place, found, setup);
  if (found.plan.scaleWarmup !== plan.scaleWarmup) {
    refuseOther(place, 'scaleWarmup', found.plan.scaleWarmup, plan.scaleWarmup);
  }
  for (const arch of ['ngpt', 'gpt'] as const) {
    requireSameRecipe(place, arch, found.recipes[arch], recipes[arch]);
  }
}
