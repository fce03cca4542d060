import { describe, expect, it } from 'vitest';
import { gram } from '../../../src/experiments/inspect/gram.js';
import { columnsOf, type Matrix, rowsOf } from '../../../src/experiments/inspect/part.js';
import {
  conditionNumber,
  singularValues,
  symmetricEigenvalues,
} from '../../../src/experiments/inspect/spectrum.js';
import { expectClose } from '../../helpers/values/close.js';
import { type Draw, property } from '../../helpers/values/draw.js';
import { jacobiSingularValues } from '../../helpers/values/jacobi.js';
import { dot } from '../../helpers/values/plain.js';
import { absolute, ofLargest, relative } from '../../helpers/values/tolerance.js';

/** x turned over at random planes through 0: an orthogonal change. */
function reflected(columns: number[][], draw: Draw): number[][] {
  const rows = columns[0].length;
  let result = columns;
  for (let i = 0; i < 3; i++) {
    const normal = [...draw.numbers([rows])];
    const square = dot(normal, normal);
    result = result.map((column) => {
      const share = (2 * dot(normal, column)) / square;
      return column.map((value, row) => value - share * normal[row]);
    });
  }
  return result;
}

/** Columns with these singular values, in more rows or as many. */
function withSingularValues(values: readonly number[], rows: number, draw: Draw): number[][] {
  const diagonal = values.map((value, i) =>
    Array.from({ length: rows }, (_, row) => (row === i ? value : 0)),
  );
  const leftTurned = reflected(diagonal, draw);
  const transposed = leftTurned[0].map((_, row) => leftTurned.map((column) => column[row]));
  const turned = reflected(transposed, draw);
  return values.map((_, i) => turned.map((row) => row[i]));
}

function matrixOf(columns: readonly (readonly number[])[]): Matrix {
  const rows = columns[0].length;
  const values = Float64Array.from(
    { length: rows * columns.length },
    (_, i) => columns[i % columns.length][Math.floor(i / columns.length)],
  );
  return { values, rows, columns: columns.length };
}

/** Both ways of working them out: that of tall matrices, and that of the others. */
function size(draw: Draw): [rows: number, columns: number] {
  const columns = draw.integer(1, 9);
  return [draw.pick(columns, columns + 1, 3 * columns, 40 + columns), columns];
}

describe('singularValues', () => {
  it('finds those that a matrix was made with, up to a condition number of a million', () => {
    property((draw) => {
      const [rows, columns] = size(draw);
      const scale = draw.pick(1, 1e-20, 1e20);
      const wanted = Array.from({ length: columns }, () => scale * 10 ** -draw.integer(0, 6)).sort(
        (a, b) => b - a,
      );
      const found = singularValues(matrixOf(withSingularValues(wanted, rows, draw)));
      expectClose(
        found.map((value, i) => value / wanted[i]),
        wanted.map(() => 1),
        absolute(1e-7),
      );
      expectClose(conditionNumber(found), wanted[0] / wanted[columns - 1], relative(1e-7));
    }, 200);
  });

  it('agrees with plain Jacobi turns', () => {
    property((draw) => {
      const [rows, columns] = size(draw);
      const given = Array.from({ length: columns }, () => [...draw.numbers([rows])]);
      expectClose(singularValues(matrixOf(given)), jacobiSingularValues(given), ofLargest(1e-8));
    });
  });

  it('gives an orthogonal matrix the condition number 1, at any scale', () => {
    property((draw) => {
      const [rows, columns] = size(draw);
      const scale = draw.pick(1, 1e-9, 1e9);
      const turned = withSingularValues(new Array(columns).fill(scale), rows, draw);
      expectClose(conditionNumber(singularValues(matrixOf(turned))), 1, absolute(1e-12));
    });
  });

  it('gives a matrix without full rank an infinite one', () => {
    property((draw) => {
      const [rows, columns] = size(draw);
      const given = Array.from({ length: columns }, () => [...draw.numbers([rows])]);
      // A sum of others, or all zeros.
      const [first, ...others] = given;
      given[0] = first.map((_, i) => others.reduce((sum, column) => sum + column[i], 0));
      expect(conditionNumber(singularValues(matrixOf(given)))).toBe(Infinity);
    });
  });
});

describe('rowsOf and columnsOf', () => {
  it('take out a part, turned so that it is not wider than high', () => {
    property((draw) => {
      const [rows, columns] = [draw.integer(1, 6), draw.integer(1, 6)];
      const values = draw.numbers([rows, columns]);
      const range = (length: number) => {
        const first = draw.integer(0, length - 1);
        return { first, end: draw.integer(first + 1, length) };
      };
      const [some, others] = [range(rows), range(columns)];
      const cases = [
        { part: rowsOf(values, columns, some), down: some, across: { first: 0, end: columns } },
        { part: columnsOf(values, columns, others), down: { first: 0, end: rows }, across: others },
      ];
      for (const { part, down, across } of cases) {
        expect(part.rows).toBeGreaterThanOrEqual(part.columns);
        const isTurned = down.end - down.first < across.end - across.first;
        const at = (i: number, j: number) =>
          part.values[(isTurned ? j : i) * part.columns + (isTurned ? i : j)];
        expect(part.values).toHaveLength((down.end - down.first) * (across.end - across.first));
        for (let row = down.first; row < down.end; row++) {
          for (let column = across.first; column < across.end; column++) {
            expect(at(row - down.first, column - across.first)).toBe(values[row * columns + column]);
          }
        }
      }
    });
  });
});

describe('gram', () => {
  it('multiplies all pairs of columns, shifted or not', () => {
    property((draw) => {
      const [rows, columns] = [draw.integer(1, 11), draw.integer(1, 7)];
      const values = draw.numbers([rows, columns]);
      const shift = draw.pick(null, draw.numbers([columns]));
      const column = (i: number) =>
        Array.from({ length: rows }, (_, row) => values[row * columns + i] - (shift?.[i] ?? 0));
      const wanted = Array.from({ length: columns ** 2 }, (_, i) =>
        dot(column(Math.floor(i / columns)), column(i % columns)),
      );
      expectClose(gram(values, columns, shift), wanted, ofLargest(1e-13));
    });
  });

  it('has eigenvalues that are the squares of the singular values', () => {
    property((draw) => {
      const [rows, columns] = size(draw);
      const wanted = Array.from({ length: columns }, (_, i) => columns - i);
      const { values } = matrixOf(withSingularValues(wanted, rows, draw));
      const found = symmetricEigenvalues(gram(values, columns), columns);
      expectClose(
        found,
        wanted.map((value) => value ** 2),
        relative(1e-12),
      );
    });
  });
});
