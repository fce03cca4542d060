/** The thread that runs what readers write: a loop that never ends stops it, and not the page. */
import { format, inspect } from 'node-inspect-extracted';
import type { Check } from '../../../learn/exercises/check.js';
import { placeOf } from '../../../learn/exercises/exercises.js';
import { describeProblem, runChecks } from '../../../learn/exercises/run-checks.js';
import { evaluate } from './evaluate.js';
import type { Report, Request } from './messages.js';
import { moduleNamed } from './modules.js';

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

addEventListener('message', ({ data }: MessageEvent<Request>) => void answer(data));
tell({ kind: 'ready' });

async function answer(request: Request): Promise<void> {
  try {
    if (request.kind === 'run') await evaluate(request.text, print);
    else await check(request.exercise, request.text);
  } catch (error) {
    tell({ kind: 'failed', message: describeProblem(error).message });
  }
  tell({ kind: 'done' });
}

async function check(exercise: string, text: string): Promise<void> {
  const { chapter, suffix } = placeOf(exercise);
  const module = await moduleNamed(`../${chapter}/check${suffix}.js`);
  const written = await evaluate(text, print);
  await runChecks(module.checks as readonly Check<object>[], written, (result) =>
    tell({ kind: 'checked', result }),
  );
}

/** As Node prints it. */
function print(...values: unknown[]): void {
  tell({ kind: 'printed', text: format(...values.map(shown)) });
}

/** What says itself how it is to be printed does. */
function shown(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(INSPECT in value)) return value;
  return inspect(value);
}

function tell(report: Report): void {
  postMessage(report);
}
