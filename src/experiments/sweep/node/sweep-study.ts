/** A sweep as a study: what the machinery of runs asks of it. */
import { modelConfigFor } from '../../../training/settings/settings.js';
import { matrixParameters } from '../../../training/settings/size.js';
import { refuseOther, requireSameData, requireSameRecipe } from '../../runs/identity.js';
import type { Kinds, Study } from '../../runs/node/study/study.js';
import { readStudyFile, requireNoOther, type StudyFile } from '../../runs/node/study/study-file.js';
import type { FinishedRuns } from '../../runs/run.js';
import { placeOf } from '../line.js';
import { SweepPlanner } from '../planner.js';
import { type SizeSweep, SWEEP_FORMAT, SWEEP_VERSION } from '../sweep.js';
import { sweptSettings } from '../sweep-settings.js';
import type { CheckedSweep } from './check-sweep.js';

const FILE: StudyFile<SizeSweep> = {
  kind: 'sweep',
  format: SWEEP_FORMAT,
  version: SWEEP_VERSION,
  hasParts: ({ data, recipe, plan, machine, runs }) =>
    Boolean(data?.crc32 && recipe && plan?.axis && machine && Array.isArray(runs)),
};

/** Null where there is none. @throws ConfigError for a file that is none. */
export function readSweep(folder: string): Promise<SizeSweep | null> {
  return readStudyFile(folder, FILE);
}

export function sweepStudy(checked: CheckedSweep): Study<SizeSweep> {
  const { setup, plan, recipe } = checked;
  return {
    ...{ setup, kind: FILE.kind, kinds: kindsOf(checked) },
    runs: (finished) => new SweepPlanner(plan, finished).runs(),
    settingsOf: (run) => sweptSettings(run, recipe),
    kept: () => [],
    found: (finished) => sweepOf(checked, finished),
    isOurs: (run) => placeOf(run) !== null,
    requireOwn: () => requireOwn(checked),
  };
}

/** Most of a step are products with its matrices. */
function kindsOf({ setup, plan, recipe }: CheckedSweep): Kinds {
  const costs = new Map<string, number>();
  for (const run of new SweepPlanner(plan, new Map()).runs()) {
    const config = modelConfigFor(sweptSettings(run, recipe), setup.data.vocabSize);
    costs.set(kindOf(run), matrixParameters(config));
  }
  return { names: [...costs.keys()], of: kindOf, cost: (kind) => costs.get(kind) ?? 1 };
}

/** The size. */
const kindOf: Kinds['of'] = (run) => String(placeOf(run)?.size);

function sweepOf({ setup, plan, recipe }: CheckedSweep, finished: FinishedRuns): SizeSweep {
  const { machine, data } = setup;
  const planner = new SweepPlanner(plan, finished);
  const runs = planner.finishedRuns();
  return {
    ...{ format: SWEEP_FORMAT, version: SWEEP_VERSION, time: new Date().toISOString() },
    ...{ machine, data, recipe, plan, runs, missing: planner.runs().length - runs.length },
    lines: planner.results(),
  };
}

/** @throws ConfigError for a folder with something else in it. */
async function requireOwn({ setup, plan, recipe }: CheckedSweep): Promise<void> {
  const { outDir } = setup;
  const found = await readSweep(outDir);
  if (found === null) return requireNoOther(outDir, FILE.kind);
  const place = { outDir, kind: FILE.kind };
  requireSameData(place, found, setup);
  if (found.plan.axis !== plan.axis) refuseOther(place, 'sizes of', found.plan.axis, plan.axis);
  requireSameRecipe(place, 'ngpt', found.recipe, recipe);
}
