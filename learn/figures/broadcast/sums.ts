/** a + b of two shapes, cell by cell: what each cell of the result reads, and where its gradient goes. */
import {
  type Backend,
  broadcastShapes,
  formatShape,
  gradients,
  sizeOf,
  type Tensor,
  tensor,
} from '../../../src/index.js';
import { computed } from '../base/engine.js';

/** Something typed that is no shape; the message is for whoever typed it. */
export class ShapeTextError extends Error {}

export interface Grid {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export interface Broadcast {
  readonly a: Grid;
  readonly b: Grid;
  readonly sum: Grid;
  /** What flows back into the sum. */
  readonly gradient: Grid;
  /** For each cell of the sum the cells that it read. */
  readonly reads: readonly { readonly a: number; readonly b: number }[];
  /** The gradients of a and b when so many cells of the sum have passed theirs back, from none to all. */
  readonly passed: readonly { readonly a: readonly number[]; readonly b: readonly number[] }[];
}

const MOST_AXES = 2;
const LONGEST = 5;

/** `[2, 3]`, `2, 3`, `2 x 3`; nothing at all is the shape of a single number. @throws ShapeTextError in plain words. */
export function parseShape(typed: string): number[] {
  const inside = typed
    .trim()
    .replace(/^[[(]/, '')
    .replace(/[\])]$/, '')
    .trim();
  if (inside === '') return [];
  const parts = inside.split(/\s*[,x×]\s*|\s+/).filter((part) => part !== '');
  const shape = parts.map((part) => {
    if (!/^\d{1,6}$/.test(part))
      throw new ShapeTextError(`A shape is a list of whole numbers such as [2, 3]; ‘${part}’ is none.`);
    return Number(part);
  });
  if (shape.length > MOST_AXES)
    throw new ShapeTextError(`Two axes are the most that this figure draws, not ${shape.length}.`);
  const bad = shape.find((length) => length < 1 || length > LONGEST);
  if (bad !== undefined) throw new ShapeTextError(`Axes from 1 to ${LONGEST} long can be drawn, not ${bad}.`);
  return shape;
}

/** @throws ShapeError of the engine where the shapes do not broadcast. */
export function broadcastOf(
  shapeA: readonly number[],
  shapeB: readonly number[],
  backend: Backend,
): Broadcast {
  return computed(backend, () => {
    const shape = broadcastShapes('add', shapeA, shapeB);
    const a = counting(shapeA, 1).setRequiresGrad();
    const b = counting(shapeB, 10).setRequiresGrad();
    const sum = a.add(b);
    const g = counting(shape, 1);
    const cells = Array.from({ length: sizeOf(shape) }, (_, cell) => cell);
    /** The gradients of a and b where only some cells of the sum have one. */
    const back = (values: readonly number[]) => {
      const gradient = tensor(Float64Array.from(values), shape);
      const [ofA, ofB] = gradients(sum, [a, b], { gradient, keepGraph: true }).map((x) => [
        ...(x?.dataSync() ?? []),
      ]);
      return { a: ofA, b: ofB };
    };
    const reads = cells.map((cell) => {
      const only = back(cells.map((each) => (each === cell ? 1 : 0)));
      return { a: only.a.indexOf(1), b: only.b.indexOf(1) };
    });
    const passed = [0, ...cells.map((cell) => cell + 1)].map((count) =>
      back([...g.dataSync()].map((value, cell) => (cell < count ? value : 0))),
    );
    return { a: gridOf(a), b: gridOf(b), sum: gridOf(sum), gradient: gridOf(g), reads, passed };
  });
}

/** 1, 2, 3 … times `unit`. */
function counting(shape: readonly number[], unit: number): Tensor {
  return tensor(
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => unit * (i + 1)),
    shape,
  );
}

function gridOf(x: Tensor): Grid {
  return { shape: x.shape, values: [...x.dataSync()] };
}

/** First every cell is read forwards, then every cell passes its gradient back. */
export function lastStep({ reads }: Broadcast): number {
  return 2 * reads.length;
}

/** Which cell of the sum is at work, and in which direction; null before all. */
export function cellAt({ reads }: Broadcast, step: number): { cell: number; isBack: boolean } | null {
  if (step === 0) return null;
  return step <= reads.length
    ? { cell: step - 1, isBack: false }
    : { cell: step - 1 - reads.length, isBack: true };
}

export function sentence(broadcast: Broadcast, step: number): string {
  const { a, b, sum, gradient, reads, passed } = broadcast;
  const at = cellAt(broadcast, step);
  if (at === null) {
    return `a has the shape ${formatShape(a.shape)}, b ${formatShape(b.shape)}, and a + b ${formatShape(sum.shape)}.`;
  }
  const { a: fromA, b: fromB } = reads[at.cell];
  if (!at.isBack)
    return `Forward: this cell is ${a.values[fromA]} + ${b.values[fromB]} = ${sum.values[at.cell]}. ${readersWords(broadcast)}`;
  const now = passed[at.cell + 1];
  const words = `Backward: its gradient ${gradient.values[at.cell]} is added to both cells that it read, which now have ${now.a[fromA]} and ${now.b[fromB]}.`;
  return step < lastStep(broadcast) ? words : `${words} Done: each cell has the sum over all that read it.`;
}

function readersWords({ a, b, sum }: Broadcast): string {
  const times = (grid: Grid) => sum.values.length / grid.values.length;
  return `A cell of a is read ${timesWords(times(a))}, one of b ${timesWords(times(b))}.`;
}

function timesWords(times: number): string {
  return times === 1 ? 'once' : `${times} times`;
}
