/** Every exercise of the guided path fails as it is given, in a way that names what is to be done, and its solution passes. */
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Check } from '../../learn/exercises/check.js';
import { EXERCISES, type ExerciseName, placeOf } from '../../learn/exercises/exercises.js';
import { type CheckResult, runChecks } from '../../learn/exercises/run-checks.js';

type Loading<T> = () => Promise<T>;

interface Case {
  /** What the first check that fails says. */
  readonly asks: RegExp;
  readonly ofGiven: Loading<CheckResult[]>;
  readonly ofSolution: Loading<CheckResult[]>;
}

/** The compiler holds both to what the checks say that an exercise exports. */
function exercise<E extends object>(
  check: Loading<{ checks: readonly Check<E>[] }>,
  given: Loading<NoInfer<E>>,
  solution: Loading<NoInfer<E>>,
  asks: RegExp,
): Case {
  const run = async (module: Loading<E>) => runChecks((await check()).checks, await module());
  return { asks, ofGiven: () => run(given), ofSolution: () => run(solution) };
}

const CASES: Record<ExerciseName, Case> = {
  '00-first-tensor': exercise(
    () => import('../../learn/00-first-tensor/check.js'),
    () => import('../../learn/00-first-tensor/exercise.js'),
    () => import('../../learn/00-first-tensor/solution.js'),
    /distance is yours/,
  ),
  '01-scalar-engine': exercise(
    () => import('../../learn/01-scalar-engine/check.js'),
    () => import('../../learn/01-scalar-engine/exercise.js'),
    () => import('../../learn/01-scalar-engine/solution.js'),
    /tanh is yours to write/,
  ),
  '01-scalar-engine-2': exercise(
    () => import('../../learn/01-scalar-engine/check-2.js'),
    () => import('../../learn/01-scalar-engine/exercise-2.js'),
    () => import('../../learn/01-scalar-engine/solution-2.js'),
    /20 doublings took 1048575 additions, 80 are enough/,
  ),
  '02-tape': exercise(
    () => import('../../learn/02-tape/check.js'),
    () => import('../../learn/02-tape/exercise.js'),
    () => import('../../learn/02-tape/solution.js'),
    /predict is yours/,
  ),
  '02-tape-2': exercise(
    () => import('../../learn/02-tape/check-2.js'),
    () => import('../../learn/02-tape/exercise-2.js'),
    () => import('../../learn/02-tape/solution-2.js'),
    /release is yours/,
  ),
  '03-backward': exercise(
    () => import('../../learn/03-backward/check.js'),
    () => import('../../learn/03-backward/exercise.js'),
    () => import('../../learn/03-backward/solution.js'),
    /the gradient of Σ x x by x is \[1, 2\], wanted \[2, 4\]/,
  ),
  '03-backward-2': exercise(
    () => import('../../learn/03-backward/check-2.js'),
    () => import('../../learn/03-backward/exercise-2.js'),
    () => import('../../learn/03-backward/solution-2.js'),
    /onTheWay is yours/,
  ),
  '04-rules': exercise(
    () => import('../../learn/04-rules/check.js'),
    () => import('../../learn/04-rules/exercise.js'),
    () => import('../../learn/04-rules/solution.js'),
    /sumTo is yours to write/,
  ),
  '04-rules-2': exercise(
    () => import('../../learn/04-rules/check-2.js'),
    () => import('../../learn/04-rules/exercise-2.js'),
    () => import('../../learn/04-rules/solution-2.js'),
    /softplusRule is yours to write/,
  ),
  '05-is-it-right': exercise(
    () => import('../../learn/05-is-it-right/check.js'),
    () => import('../../learn/05-is-it-right/exercise.js'),
    () => import('../../learn/05-is-it-right/solution.js'),
    /differences is yours to write/,
  ),
  '05-is-it-right-2': exercise(
    () => import('../../learn/05-is-it-right/check-2.js'),
    () => import('../../learn/05-is-it-right/exercise-2.js'),
    () => import('../../learn/05-is-it-right/solution-2.js'),
    /bestStep is yours to write/,
  ),
  '06-second-derivatives': exercise(
    () => import('../../learn/06-second-derivatives/check.js'),
    () => import('../../learn/06-second-derivatives/exercise.js'),
    () => import('../../learn/06-second-derivatives/solution.js'),
    /hessianVector is yours to write/,
  ),
  '06-second-derivatives-2': exercise(
    () => import('../../learn/06-second-derivatives/check-2.js'),
    () => import('../../learn/06-second-derivatives/exercise-2.js'),
    () => import('../../learn/06-second-derivatives/solution-2.js'),
    /conjugateGradients is yours to write/,
  ),
  '07-fused-ops': exercise(
    () => import('../../learn/07-fused-ops/check.js'),
    () => import('../../learn/07-fused-ops/exercise.js'),
    () => import('../../learn/07-fused-ops/solution.js'),
    /softmaxBackward is yours to write/,
  ),
  '07-fused-ops-2': exercise(
    () => import('../../learn/07-fused-ops/check-2.js'),
    () => import('../../learn/07-fused-ops/exercise-2.js'),
    () => import('../../learn/07-fused-ops/solution-2.js'),
    /sharesBackward is yours to write/,
  ),
  '08-sphere': exercise(
    () => import('../../learn/08-sphere/check.js'),
    () => import('../../learn/08-sphere/exercise.js'),
    () => import('../../learn/08-sphere/solution.js'),
    /sphereStep is yours to write/,
  ),
  '08-sphere-2': exercise(
    () => import('../../learn/08-sphere/check-2.js'),
    () => import('../../learn/08-sphere/exercise-2.js'),
    () => import('../../learn/08-sphere/solution-2.js'),
    /slerp is yours to write/,
  ),
  '09-attention': exercise(
    () => import('../../learn/09-attention/check.js'),
    () => import('../../learn/09-attention/exercise.js'),
    () => import('../../learn/09-attention/solution.js'),
    /attend is yours to write/,
  ),
  '09-attention-2': exercise(
    () => import('../../learn/09-attention/check-2.js'),
    () => import('../../learn/09-attention/exercise-2.js'),
    () => import('../../learn/09-attention/solution-2.js'),
    /keptByOp is yours to write/,
  ),
  '10-ngpt': exercise(
    () => import('../../learn/10-ngpt/check.js'),
    () => import('../../learn/10-ngpt/exercise.js'),
    () => import('../../learn/10-ngpt/solution.js'),
    /attentionStep is yours to write/,
  ),
  '10-ngpt-2': exercise(
    () => import('../../learn/10-ngpt/check-2.js'),
    () => import('../../learn/10-ngpt/exercise-2.js'),
    () => import('../../learn/10-ngpt/solution-2.js'),
    /leastLoss is yours to write/,
  ),
  '11-training': exercise(
    () => import('../../learn/11-training/check.js'),
    () => import('../../learn/11-training/exercise.js'),
    () => import('../../learn/11-training/solution.js'),
    /adamStep is yours to write/,
  ),
  '11-training-2': exercise(
    () => import('../../learn/11-training/check-2.js'),
    () => import('../../learn/11-training/exercise-2.js'),
    () => import('../../learn/11-training/solution-2.js'),
    /move is yours to write/,
  ),
  '12-kernels': exercise(
    () => import('../../learn/12-kernels/check.js'),
    () => import('../../learn/12-kernels/exercise.js'),
    () => import('../../learn/12-kernels/solution.js'),
    /multiply is yours to write/,
  ),
  '12-kernels-2': exercise(
    () => import('../../learn/12-kernels/check-2.js'),
    () => import('../../learn/12-kernels/exercise-2.js'),
    () => import('../../learn/12-kernels/solution-2.js'),
    /dot is yours to write/,
  ),
  '13-threads-and-gpu': exercise(
    () => import('../../learn/13-threads-and-gpu/check.js'),
    () => import('../../learn/13-threads-and-gpu/exercise.js'),
    () => import('../../learn/13-threads-and-gpu/solution.js'),
    /thread 1 passed round 2 before thread 0 had arrived at it/,
  ),
  '13-threads-and-gpu-2': exercise(
    () => import('../../learn/13-threads-and-gpu/check-2.js'),
    () => import('../../learn/13-threads-and-gpu/exercise-2.js'),
    () => import('../../learn/13-threads-and-gpu/solution-2.js'),
    /members came as 0, 1, 3, 2 and element 2 is/,
  ),
};

describe.each(Object.entries(CASES))('%s', (_, { asks, ofGiven, ofSolution }) => {
  it('fails as it is given, and says what to do', async () => {
    const failed = (await ofGiven()).flatMap(({ problem }) => problem ?? []);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed[0].message).toMatch(asks);
    expect(failed.filter(({ kind }) => kind === 'error')).toEqual([]);
  });

  it('has a solution that passes', async () => {
    const results = await ofSolution();
    expect(results.filter(({ problem }) => problem !== null)).toEqual([]);
    expect(results.length).toBeGreaterThan(1);
    expect(new Set(results.map(({ name }) => name)).size).toBe(results.length);
  });
});

it('the list has every exercise there is, and every chapter its text', () => {
  const found = readdirSync('learn')
    .filter((folder) => /^\d\d-/.test(folder))
    .flatMap((chapter) =>
      readdirSync(`learn/${chapter}`).flatMap((file) => {
        const [, suffix] = file.match(/^check(-\d)?\.ts$/) ?? [];
        return /^check(-\d)?\.ts$/.test(file) ? [`${chapter}${suffix ?? ''}`] : [];
      }),
    );
  expect(found.sort()).toEqual([...EXERCISES].sort());
  expect([...EXERCISES]).toEqual([...EXERCISES].sort());
  for (const name of EXERCISES) expect(existsSync(`docs/learn/${placeOf(name).chapter}.md`)).toBe(true);
});
