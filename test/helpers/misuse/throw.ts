/** One call with wrong arguments, and what came of it. */
import { currentBackend, init, SphereGradError } from '../../../src/index.js';
import { fingerprint, firstChange, processPrint } from './fingerprint.js';
import { spoilt } from './spoil.js';
import { made, type Target } from './targets.js';
import { TheirOwn } from './values.js';
import { free, type Others, World } from './world.js';

export interface Outcome {
  readonly kind: 'refused' | 'returned' | 'theirs';
  /** What is wrong with it, null where nothing is. */
  readonly problem: string | null;
  readonly message?: string;
}

/** What makes another backend the current one. */
const CHOOSES = ['init', 'startFast'];

/** Calls a target with its right arguments, of which something is spoilt. */
export async function throwAt(target: Target, seed: number, others: Others): Promise<Outcome> {
  const { name } = currentBackend();
  const world = new World(seed, others);
  try {
    return await called(target, world, (right) => spoilt(world, right));
  } finally {
    world.end();
    // It made another the current one.
    if (CHOOSES.includes(target.name)) await init(name);
  }
}

/** The same with right arguments: they must be right, or what is spoilt of them tells little. */
export async function callRightly(target: Target, seed: number, others: Others): Promise<void> {
  const { name } = currentBackend();
  const world = new World(seed, others);
  try {
    free(await drained(await target.prepare(world)(...made(world, target.args))));
  } finally {
    world.end();
    // It made another the current one.
    if (CHOOSES.includes(target.name)) await init(name);
  }
}

async function called(
  target: Target,
  world: World,
  wrong: (right: readonly unknown[]) => readonly unknown[],
): Promise<Outcome> {
  const f = target.prepare(world);
  const args = wrong(made(world, target.args));
  const watched = world.watched();
  const [things, process] = [fingerprint(watched), processPrint()];
  try {
    let result = f(...args);
    if (result instanceof Promise) result = await result;
    free(await drained(result));
    return { kind: 'returned', problem: null };
  } catch (error) {
    if (isTheirs(error)) return { kind: 'theirs', problem: null };
    const problem =
      judged(error) ?? firstChange(things, fingerprint(watched)) ?? firstChange(process, processPrint());
    return { kind: 'refused', problem, message: error instanceof Error ? error.message : String(error) };
  }
}

/** How much is taken of what comes piece by piece. */
const MOST_PIECES = 10;

/** A generator does nothing before it is asked for its pieces. */
async function drained(result: unknown): Promise<unknown> {
  if (!isGenerator(result)) return result;
  for (let i = 0; i < MOST_PIECES; i++) if ((await result.next()).done) break;
  await result.return(undefined);
  return undefined;
}

function isGenerator(value: unknown): value is AsyncGenerator | Generator {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return ['Generator', 'AsyncGenerator'].includes(Reflect.get(value, Symbol.toStringTag));
  } catch {
    // What a callback returned may refuse to be looked at.
    return false;
  }
}

/** Thrown by a callback, or because what was given as one is a class. */
function isTheirs(error: unknown): boolean {
  if (error instanceof TheirOwn) return true;
  return (
    error instanceof TypeError &&
    /^(Class c|C)onstructor \w+ (cannot be invoked without|requires) 'new'$/.test(error.message)
  );
}

function judged(error: unknown): string | null {
  if (!(error instanceof SphereGradError)) {
    return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  return error.message === '' ? 'its error says nothing' : null;
}
