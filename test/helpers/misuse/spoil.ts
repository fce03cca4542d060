/** Right arguments with something spoilt: the mistakes that people make. */
import { arbitrary } from './values.js';
import type { World } from './world.js';

/** Mostly one argument is spoilt; now and then some are missing, too many, or all are anything. */
export function spoilt(world: World, right: readonly unknown[]): unknown[] {
  const { draw } = world;
  const kind = draw.integer(0, 9);
  if (kind === 0 || right.length === 0)
    return Array.from({ length: draw.integer(0, 4) }, () => arbitrary(world));
  if (kind === 1) return right.slice(0, draw.integer(0, right.length - 1));
  if (kind === 2) return [...right, arbitrary(world)];
  const args = [...right];
  const at = draw.integer(0, args.length - 1);
  args[at] = spoiltValue(world, args[at]);
  return args;
}

/** Something else in its place, or with `depth` to go something else inside. */
function spoiltValue(world: World, right: unknown, depth = 2): unknown {
  const { draw } = world;
  if (depth === 0 || draw.integer(0, 2) === 0) return arbitrary(world);
  if (Array.isArray(right)) return spoiltList(world, right, depth);
  return isPlain(right) ? spoiltRecord(world, right, depth) : arbitrary(world);
}

function spoiltList(world: World, right: readonly unknown[], depth: number): unknown {
  const { draw } = world;
  const list = [...right];
  const at = draw.integer(0, Math.max(0, list.length - 1));
  const kind = draw.integer(0, 7);
  if (kind === 0) list.push(arbitrary(world));
  else if (kind === 1) list.pop();
  else if (kind === 2) delete list[at];
  else if (kind === 3) list.push(list[at]);
  else list[at] = spoiltValue(world, list[at], depth - 1);
  return list;
}

function spoiltRecord(world: World, right: Readonly<Record<string, unknown>>, depth: number): unknown {
  const { draw } = world;
  const record = { ...right };
  const names = Object.keys(record);
  const kind = draw.integer(0, 7);
  if (kind === 0 || names.length === 0)
    record[draw.pick('dtyp', 'lr', 'weight_decay', 'x')] = arbitrary(world);
  else if (kind === 1) delete record[draw.pick(...names)];
  else {
    const name = draw.pick(...names);
    record[name] = spoiltValue(world, record[name], depth - 1);
  }
  return record;
}

/** Backends are left whole: whoever takes one apart gets what is in it. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || 'kernels' in value) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}
