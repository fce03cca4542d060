/** Tensors as loops over indices see them: the independent meaning that ops are tested against. */
import type { Tensor } from '../../../src/index.js';
import type { TensorDraw } from './draw.js';

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

/** What `of` makes of the elements whose index agrees outside `axes`, in the order of their index. */
export function reduced(
  x: Tensor,
  axes: readonly number[],
  keepDims: boolean,
  of: (values: number[]) => number,
): Grid {
  const grid = Grid.of(x);
  const along = axes.map((axis) => x.shape[axis]);
  const kept = Grid.fill(
    x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
    (index) => {
      const values: number[] = [];
      Grid.fill(along, (place) => {
        const full = index.map((i, axis) => (axes.includes(axis) ? place[axes.indexOf(axis)] : i));
        values.push(grid.at(full));
        return 0;
      });
      return of(values);
    },
  );
  return keepDims ? kept : new Grid(without(x.shape, axes), kept.values);
}

function without(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** What ops mean, by name: each draws operands and expects what plain loops make of them. */
export type Meanings<N extends string> = { readonly [K in N]: (draw: TensorDraw) => void };
