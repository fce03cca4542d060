/** Tensors by checkpoint names: to the host, and back onto the device once all of them fit. */
import { described } from '../tensor/checks/describe.js';
import { asTypedArray, type DType, isDType, isFloat, type TypedArray } from '../tensor/dtype.js';
import {
  ArgumentError,
  CheckpointError,
  formatShape,
  type Shape,
  sameShape,
  sizeOf,
  type Tensor,
} from '../tensor/index.js';

/** A tensor on the host, as it goes into a checkpoint. */
export interface HostTensor {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly data: TypedArray;
}

/** Tensors on the host by checkpoint name. */
export type StateDict = Map<string, HostTensor>;

/** Device tensors by name. */
export type NamedTensors = Iterable<readonly [name: string, tensor: Tensor]>;

/** Copies tensors to the host, in their order. */
export async function readTensors(tensors: NamedTensors): Promise<StateDict> {
  const names: string[] = [];
  const pending: Promise<HostTensor>[] = [];
  for (const [name, tensor] of tensors) {
    names.push(name);
    pending.push(tensor.data().then((data) => ({ shape: tensor.shape, dtype: tensor.dtype, data })));
  }
  const values = await Promise.all(pending);
  return new Map(names.map((name, i) => [name, values[i]]));
}

/**
 * Overwrites `targets` with the tensors of the same names in `state`; float32 and float64 convert into each
 * other. Everything is checked before anything is written.
 * @throws CheckpointError listing the missing, unexpected (when `strict`) and misshapen names, 50 of each at most.
 */
export function writeTensors(targets: NamedTensors, state: StateDict, strict: boolean): void {
  const wanted = new Map(targets);
  requireFit(wanted, state, strict);
  for (const [name, target] of wanted) {
    const source = state.get(name);
    if (source === undefined) continue;
    target.backend.write(target.buffer, asTypedArray(source.data, target.dtype));
    target.markChanged();
  }
}

/**
 * Whether `writeTensors` could write them over tensors that are `like` these.
 * @throws CheckpointError as `writeTensors`; ArgumentError for what is no map of tensors on the host.
 */
export function requireFit(like: ReadonlyMap<string, Tensor>, state: StateDict, strict: boolean): void {
  requireStateDict('loadStateDict', state);
  const wanted = like;
  const present = [...wanted].flatMap(([name, target]) => {
    const source = state.get(name);
    return source === undefined ? [] : [{ name, target, source }];
  });
  const problems = [
    list('missing', strict ? [...wanted.keys()].filter((name) => !state.has(name)) : []),
    list('unexpected', strict ? [...state.keys()].filter((name) => !wanted.has(name)) : []),
    list('misshapen', present.filter((pair) => !fits(pair)).map(describeMisfit)),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) {
    throw new CheckpointError(`the checkpoint does not fit: ${problems.join('; ')}`);
  }
}

/** @throws ArgumentError, in the name of `op`, for what is no map of tensors on the host. */
export function requireStateDict(op: string, state: unknown): void {
  if (!(state instanceof Map)) {
    throw new ArgumentError(`${op}: wants a Map of tensors by name, got ${described(state)}`);
  }
  for (const [name, item] of state) {
    if (typeof name === 'string' && isHostTensor(item)) continue;
    throw new ArgumentError(
      `${op}: wants { shape, dtype, data } under each name, got ${described(item)} under ${described(name)}`,
    );
  }
}

function isHostTensor(item: unknown): item is HostTensor {
  const { shape, dtype, data } = (item ?? {}) as Readonly<Record<string, unknown>>;
  const isTyped = data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array;
  return isTyped && isDType(dtype) && Array.isArray(shape) && shape.every(Number.isInteger);
}

interface Pair {
  readonly name: string;
  readonly target: Tensor;
  readonly source: HostTensor;
}

function fits({ target, source }: Pair): boolean {
  const sameKind = isFloat(target.dtype) === isFloat(source.dtype);
  return sameKind && sameShape(target.shape, source.shape) && source.data.length === sizeOf(source.shape);
}

function describeMisfit({ name, target, source }: Pair): string {
  const short = source.data.length === sizeOf(source.shape) ? '' : ` with ${source.data.length} values`;
  const given = `${source.dtype} ${formatShape(source.shape)}${short}`;
  return `${name} is ${given}, wanted ${target.dtype} ${formatShape(target.shape)}`;
}

/** More help nobody; what a broken file has too much may be millions. */
const MOST_NAMES = 50;

/** On one line, whatever the names: those that are unexpected may be anything. */
function list(what: string, names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const shown = names.slice(0, MOST_NAMES).map((name) => JSON.stringify(name).slice(1, -1));
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return `${what}: ${shown.join(', ')}${more}`;
}
