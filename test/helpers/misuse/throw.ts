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

/** Calls a target with its right arguments, of which something is spoilt. */
export async function throwAt(target: Target, seed: number, others: Others): Promise<Outcome> {
  const { name } = currentBackend();
  const world = new World(seed, others);
  try {
    return await called(target, world, (right) => spoilt(world, right));
  } finally {
    world.end();
    // It made another the current one.
    if (target.name === 'init') await init(name);
  }
}

/** The same with right arguments: they must be right, or what is spoilt of them tells little. */
export async function callRightly(target: Target, seed: number, others: Others): Promise<void> {
  const { name } = currentBackend();
  const world = new World(seed, others);
  try {
    free(await target.prepare(world)(...made(world, target.args)));
  } finally {
    world.end();
    // It made another the current one.
    if (target.name === 'init') await init(name);
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
    free(result);
    return { kind: 'returned', problem: null };
  } catch (error) {
    if (isTheirs(error)) return { kind: 'theirs', problem: null };
    const problem =
      judged(error) ?? firstChange(things, fingerprint(watched)) ?? firstChange(process, processPrint());
    return { kind: 'refused', problem, message: error instanceof Error ? error.message : String(error) };
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
