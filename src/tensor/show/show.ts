/** How a tensor prints, added to `Tensor` from here so that the handle in `tensor.ts` need not know of text. */

import type { DType, TypedArray } from '../dtype.js';
import { isCurrentBackend } from '../registry.js';
import { formatShape, type Shape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { formatValues, LINE_WIDTH } from './display.js';

/** A tensor in JSON. */
export interface TensorJSON {
  readonly shape: Shape;
  readonly dtype: DType;
  /**
   * Row-major; what JSON has no numbers for as the texts `NaN`, `Infinity` and `-Infinity`, which `Number` reads.
   * Null when they cannot be read at once: after `dispose`, and on an asynchronous device.
   */
  readonly values: readonly (number | string)[] | null;
}

/** How a tensor shows what is in it. */
export interface TensorPrinting {
  /**
   * Shape, dtype, history and values; the backend too, where it is not the one new tensors live on. In Node
   * `console.log(x)` prints the same; the consoles of browsers want `console.log(String(x))` or `x.print()`.
   *
   *     const x = tensor([[1, 0.5], [-3, 2]]).setRequiresGrad();
   *     console.log(x.mul(x));
   *     // Tensor([2, 2], float32, requiresGrad, from mul)
   *     // [[1.0000, 0.2500],
   *     //  [9.0000, 4.0000]]
   *
   * `formatValues` in `display.ts` tells the notation. Never throws: what has no values to show says why.
   */
  toString(): string;
  /** Prints it, values on an asynchronous device too: at once where it can be read at once. Never rejects. */
  print(): Promise<void>;
  /** Called by `JSON.stringify`. Never throws. */
  toJSON(): TensorJSON;
}

declare module '../tensor.js' {
  interface Tensor extends TensorPrinting {}
}

/** The values, if they can be read at once, or why they cannot. */
function valuesAtOnce({ backend, buffer }: Tensor): TypedArray | string {
  try {
    const values = backend.view?.(buffer) ?? backend.readSync?.(buffer);
    return values ?? 'values on the device: await t.data()';
  } catch (error) {
    return unreadable(error);
  }
}

async function valuesLater(x: Tensor): Promise<TypedArray | string> {
  try {
    return await x.data();
  } catch (error) {
    return unreadable(error);
  }
}

function unreadable(error: unknown): string {
  return `values cannot be read: ${error instanceof Error ? error.message : error}`;
}

function header(x: Tensor): string {
  const facts = [formatShape(x.shape), x.dtype];
  if (!isCurrentBackend(x.backend)) facts.push(x.backend.name);
  if (x.trace !== null) facts.push(x.trace.summary);
  if (x.remark !== null) facts.push(x.remark);
  if (x.isDisposed) facts.push('disposed');
  return `${x[Symbol.toStringTag]}(${facts.join(', ')})`;
}

function shown({ shape, dtype }: Tensor, start: string, values: TypedArray | string): string {
  const body = typeof values === 'string' ? `(${values})` : formatValues(shape, values, dtype);
  const fits = !body.includes('\n') && start.length + 1 + body.length <= LINE_WIDTH;
  return `${start}${fits ? ' ' : '\n'}${body}`;
}

const printing: TensorPrinting & ThisType<Tensor> = {
  toString() {
    return this.isDisposed ? header(this) : shown(this, header(this), valuesAtOnce(this));
  },

  async print() {
    const start = header(this);
    if (this.isDisposed) return console.log(start);
    const atOnce = valuesAtOnce(this);
    // Meanwhile it may be disposed of.
    const values = typeof atOnce === 'string' ? await valuesLater(this) : atOnce;
    console.log(shown(this, start, values));
  },

  toJSON() {
    const values = this.isDisposed ? null : valuesAtOnce(this);
    const plain =
      values === null || typeof values === 'string'
        ? null
        : Array.from<number, number | string>(values, (x) => (Number.isFinite(x) ? x : String(x)));
    return { shape: this.shape, dtype: this.dtype, values: plain };
  },
};

/** What Node's console asks for. Where nesting ends (`depth` below 0) the values stay away. */
function inspected(this: Tensor, depth: number): string {
  return depth < 0 ? header(this) : this.toString();
}

const inspect = Symbol.for('nodejs.util.inspect.custom');

for (const [name, value] of [...Object.entries(printing), [inspect, inspected] as const]) {
  // As methods of a class are: writable and not enumerable.
  Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
}
