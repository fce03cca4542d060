/**
 * The process that loads a reader's file: an endless loop in it can only be ended from outside.
 * `node --import tsx child.ts CHECK EXERCISE`, with a channel to the parent, which gets `Message`s.
 */
import { pathToFileURL } from 'node:url';
import { init } from '../../../src/index.js';
import type { Check } from '../check.js';
import { type CheckResult, describeProblem, type Problem, runChecks } from '../run-checks.js';

/** What the parent is told, in this order: the names of all checks, that the exercise was loaded or not, each result. */
export type Message =
  | { readonly kind: 'checks'; readonly names: readonly string[] }
  | { readonly kind: 'loaded' }
  | { readonly kind: 'unreadable'; readonly problem: Problem }
  | { readonly kind: 'result'; readonly result: CheckResult };

const [checkFile, exerciseFile] = process.argv.slice(2);
const { checks } = (await load(checkFile)) as { checks: readonly Check<object>[] };
await tell({ kind: 'checks', names: checks.map(({ name }) => name) });
const exercise = await loadExercise();
if (exercise !== null) {
  const told: Promise<void>[] = [];
  await runChecks(checks, exercise, (result) => told.push(tell({ kind: 'result', result })));
  await Promise.all(told);
}
// Timers of the reader's keep nobody waiting.
process.exit();

async function loadExercise(): Promise<object | null> {
  try {
    // Tensors that it makes at its top level have a backend, too.
    await init('reference', { dtype: 'float64' });
    const module = await load(exerciseFile);
    await tell({ kind: 'loaded' });
    return module;
  } catch (error) {
    await tell({ kind: 'unreadable', problem: describeProblem(error) });
    return null;
  }
}

function load(file: string): Promise<object> {
  return import(pathToFileURL(file).href);
}

/** Resolves once it is on its way: what loops for ever afterwards holds nothing back. */
function tell(message: Message): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}
