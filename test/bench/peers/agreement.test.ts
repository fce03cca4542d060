import { describe, expect, it } from 'vitest';
import { DisagreementError, requireAgreement } from '../../../bench/peers/agreement.js';
import { exactValues } from '../../../bench/peers/exact.js';
import type { CaseName } from '../../../bench/peers/protocol.js';

const check = (name: CaseName, wanted: number[], values: number[]) => () =>
  requireAgreement(name, wanted, [
    { contender: 'ours', values: Float32Array.from(wanted) },
    { contender: 'other', values: Float32Array.from(values) },
  ]);

describe('requireAgreement', () => {
  it('takes losses up to a thousandth apart, each by itself', () => {
    expect(check('step', [4, 3, 2], [4.0009, 2.9991, 2])).not.toThrow();
    expect(check('step', [4, 3, 2], [4, 3, 2.0011])).toThrow(
      /^step: other computes a loss of 2\.00\d* in step 3, wanted 2 within 0\.0010; nothing was measured$/,
    );
    expect(check('step', [4, 3, 2], [4, 3, 1.9989])).toThrow(DisagreementError);
  });

  it('takes products up to 1e-4 of the largest apart', () => {
    expect(check('matmul 128', [-100, 1], [-100, 1.009])).not.toThrow();
    expect(check('matmul 128', [-100, 1], [-100, 1.011])).toThrow('matmul 128: other computes 1.01');
  });

  it('refuses NaN, and too few values or too many', () => {
    expect(check('unit', [1, 0], [1, NaN])).toThrow('NaN at 1');
    expect(check('unit', [1, 0], [1])).toThrow('1 values, wanted 2');
    expect(check('unit', [1, 0], [1, 0, 0])).toThrow('3 values, wanted 2');
  });
});

describe('exactValues', () => {
  const host = (shape: number[], values: number[]) =>
    ({ dtype: 'float32', shape, data: Float32Array.from(values) }) as const;

  it('is a softmax of every row', () => {
    const inputs = new Map([['softmax x', host([2, 2], [0, Math.log(3), 1000, 1000])]]);
    expect(Array.from(exactValues('softmax', inputs)!)).toEqual([
      expect.closeTo(0.25),
      expect.closeTo(0.75),
      0.5,
      0.5,
    ]);
  });

  it('is every row at unit length', () => {
    const inputs = new Map([['unit x', host([2, 2], [3, 4, 0, -2])]]);
    expect(Array.from(exactValues('unit', inputs)!)).toEqual([0.6, 0.8, 0, -1]);
  });

  it('is a product, rows by columns', () => {
    const size = 128;
    const at = (i: number, j: number) => ((3 * i + 5 * j) % 7) - 3;
    const matrix = (f: (i: number, j: number) => number) =>
      host(
        [size, size],
        Array.from({ length: size ** 2 }, (_, n) => f(Math.floor(n / size), n % size)),
      );
    const inputs = new Map([
      ['matmul 128 a', matrix(at)],
      ['matmul 128 b', matrix((i, j) => at(j, i) + i)],
    ]);
    let wanted = 0;
    for (let k = 0; k < size; k++) wanted += at(2, k) * (at(9, k) + k);
    expect(exactValues('matmul 128', inputs)![2 * size + 9]).toBe(wanted);
  });

  it('knows no losses', () => {
    expect(exactValues('step', new Map())).toBeNull();
  });
});
