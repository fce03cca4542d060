/** What things look like inside, to tell whether anything has changed: all that can be reached by their properties. */
import { currentBackend, isGradEnabled, liveBuffers, Tensor, tensor } from '../../../src/index.js';
import { isRecording } from '../../../src/tensor/dispatch.js';

const BUFFERS = 'live buffers';

/** Paths and what stands there: a primitive, an object that must stay the same one, or the elements of an array. */
export type Print = Map<string, unknown>;

export function fingerprint(things: readonly object[]): Print {
  const print: Print = new Map();
  const seen = new Set<object>();
  const visit = (value: unknown, path: string): void => {
    print.set(path, ArrayBuffer.isView(value) ? copyOf(value) : value);
    if (typeof value !== 'object' || value === null || seen.has(value) || ArrayBuffer.isView(value)) return;
    seen.add(value);
    if (isBackend(value)) return;
    if (value instanceof Tensor) {
      visitTensor(value, path);
      return;
    }
    if (value instanceof Map || value instanceof Set) {
      const items: unknown[] = [...value].flat();
      items.forEach((item, i) => {
        visit(item, `${path}<${i}>`);
      });
      return;
    }
    for (const [key, { value: inner }] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      visit(inner, `${path}.${key}`);
    }
  };
  const visitTensor = (x: Tensor, path: string): void => {
    for (const [key, inner] of Object.entries(x)) {
      if (key !== 'storage' && key !== 'trace' && key !== 'backend') visit(inner, `${path}.${key}`);
    }
    print.set(`${path}.trace`, x.trace);
    print.set(`${path}.isDisposed`, x.isDisposed);
    if (x.isDisposed) return;
    print.set(`${path}.version`, x.version);
    print.set(`${path}.values`, x.dataSync());
    visit(x.grad, `${path}.grad`);
  };
  things.forEach((thing, i) => {
    visit(thing, `#${i}`);
  });
  return print;
}

/** The switches of the process, and how many buffers there are. */
export function processPrint(): Print {
  const leaf = tensor([-1]).setRequiresGrad();
  const print: Print = new Map<string, unknown>([
    ['the backend', currentBackend()],
    ['grad mode', isGradEnabled()],
    ['the recorder', isRecording([leaf])],
    ['watching for NaN', isWatched(leaf)],
  ]);
  leaf.dispose();
  print.set(BUFFERS, liveBuffers());
  return print;
}

function isWatched(leaf: Tensor): boolean {
  try {
    leaf.sqrt().dispose();
    return false;
  } catch {
    return true;
  }
}

/** Where a call waits, buffers that nobody holds any more may be freed: fewer of them are no harm. */
function isHarmless(path: string, before: unknown, after: unknown): boolean {
  return path === BUFFERS && Number(after) < Number(before);
}

/** The first path at which two differ, and how; null where they do not. */
export function firstChange(before: Print, after: Print): string | null {
  for (const [path, value] of before) {
    const now = after.get(path);
    if (!isSame(value, now) && !isHarmless(path, value, now))
      return `${path} was ${show(value)}, is ${show(now)}`;
  }
  for (const path of after.keys()) if (!before.has(path)) return `${path} is new`;
  return null;
}

function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b)) return false;
  const [one, other] = [a, b] as unknown as [ArrayLike<unknown>, ArrayLike<unknown>];
  return one.length === other.length && Array.from(one).every((item, i) => Object.is(item, other[i]));
}

function copyOf(view: ArrayBufferView): unknown {
  return view instanceof DataView ? view : (view as Float32Array).slice();
}

function isBackend(value: object): boolean {
  return 'kernels' in value && 'upload' in value;
}

function show(value: unknown): string {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) return 'another object';
  return ArrayBuffer.isView(value) ? `[${value}]` : String(value);
}
