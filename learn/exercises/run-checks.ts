/** Runs the checks of an exercise, in Node and in a page. */
import { init } from '../../src/index.js';
import { type Check, Mismatch, NotWritten } from './check.js';

/** What became of one check. */
export interface CheckResult {
  /** The check's own. */
  readonly name: string;
  readonly problem: Problem | null;
}

/** Why a check did not pass. */
export interface Problem {
  /** `yours`: not written yet; `wrong`: it does something else; `error`: it threw what no check throws. */
  readonly kind: 'yours' | 'wrong' | 'error';
  /** For the reader; of an error its name, too: `TypeError: x is undefined`. */
  readonly message: string;
  /** Where it came from, as the engine tells. */
  readonly stack: string;
}

/**
 * Runs all checks on an exercise, one after the other, each on a fresh reference backend in float64: one that fails
 * stops none of the others. `onResult` is told at once.
 * @param exercise the module of the reader's, or of the solution
 * @example
 * const results = await runChecks(checks, await import('./solution.js'));
 * results.every(({ problem }) => problem === null) // true
 */
export async function runChecks<E extends object>(
  checks: readonly Check<E>[],
  exercise: E,
  onResult: (result: CheckResult) => void = () => {},
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const guarded = withAllExports(exercise);
  for (const check of checks) {
    await init('reference', { dtype: 'float64' });
    const result = { name: check.name, problem: await problemOf(check, guarded) };
    results.push(result);
    onResult(result);
  }
  return results;
}

async function problemOf<E>(check: Check<E>, exercise: E): Promise<Problem | null> {
  try {
    await check.run(exercise);
    return null;
  } catch (error) {
    return describeProblem(error);
  }
}

/** What a thrown value says to the reader. */
export function describeProblem(error: unknown): Problem {
  const stack = (error instanceof Error && error.stack) || '';
  if (error instanceof NotWritten) return { kind: 'yours', message: error.message, stack };
  if (error instanceof Mismatch) return { kind: 'wrong', message: error.message, stack };
  if (!(error instanceof Error)) return { kind: 'error', message: `${String(error)} was thrown`, stack };
  return { kind: 'error', message: `${error.name}: ${error.message}`, stack };
}

/** The module, but that what it does not export is said so, and is not just undefined. */
function withAllExports<E extends object>(exercise: E): E {
  return new Proxy<E>(
    { ...exercise },
    {
      get(target, name) {
        if (!Reflect.has(target, name)) throw new Mismatch(`the exercise exports no ${String(name)}`);
        return Reflect.get(target, name);
      },
    },
  );
}
