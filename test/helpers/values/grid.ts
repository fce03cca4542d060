/** Tensors as loops over indices see them: the independent meaning that ops are tested against. */
import fc from 'fast-check';
import { type Tensor, tensor } from '../../../src/index.js';
import { Draw, seeds } from './draw.js';

/** A nested view of a flat array: values by index. */
export class Grid {
  constructor(
    readonly shape: readonly number[],
    readonly values: ArrayLike<number>,
  ) {}

  static of(x: Tensor): Grid {
    return new Grid(x.shape, x.dataSync());
  }

  /** The value at an index; axes of size 1 and missing ones repeat. */
  at(index: readonly number[]): number {
    const own = index.slice(index.length - this.shape.length);
    return this.values[
      own.reduce((place, i, axis) => place * this.shape[axis] + (this.shape[axis] === 1 ? 0 : i), 0)
    ];
  }

  static fill(shape: readonly number[], value: (index: number[]) => number): Grid {
    const values: number[] = [];
    const visit = (index: number[]): void => {
      if (index.length === shape.length) values.push(value(index));
      else for (let i = 0; i < shape[index.length]; i++) visit([...index, i]);
    };
    visit([]);
    return new Grid(shape, values);
  }
}

export const property = (check: (draw: Draw) => void) =>
  fc.assert(
    fc.property(seeds, (seed) => check(new Draw(seed))),
    { numRuns: 100 },
  );

/** What ops mean, by name: each draws operands and expects what plain loops make of them. */
export type Meanings<N extends string> = { readonly [K in N]: (draw: Draw) => void };

export const edgy = (draw: Draw, shape: readonly number[]) => tensor(draw.edgy(shape), shape);
export const normal = (draw: Draw, shape: readonly number[]) => tensor(draw.numbers(shape), shape);
