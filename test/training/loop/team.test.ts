import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { init, zeros } from '../../../src/index.js';
import { Parameter } from '../../../src/nn/index.js';
import { ownersOf } from '../../../src/training/loop/team.js';

beforeAll(() => init('reference'));

const parameters = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 12 });

describe('ownersOf', () => {
  it('gives each parameter to one member, and nobody more than the largest above the mean', () => {
    fc.assert(
      fc.property(parameters, fc.integer({ min: 1, max: 5 }), (sizes, members) => {
        const list = sizes.map((size) => Parameter.from(() => zeros([size])));
        const owners = ownersOf(list, members);
        expect(owners).toHaveLength(sizes.length);
        const loads = new Array<number>(members).fill(0);
        for (const [i, owner] of owners.entries()) loads[owner] += sizes[i];
        const total = sizes.reduce((sum, size) => sum + size, 0);
        expect(Math.max(...loads)).toBeLessThanOrEqual(total / members + Math.max(...sizes));
        expect(ownersOf(list, members)).toEqual(owners);
        for (const parameter of list) parameter.dispose();
      }),
    );
  });

  it('begins with the largest, wherever it stands', () => {
    const list = [1, 1, 2].map((size) => Parameter.from(() => zeros([size])));
    expect(ownersOf(list, 2)).toEqual([1, 1, 0]);
    for (const parameter of list) parameter.dispose();
  });

  it('shares out equal parameters evenly', () => {
    const list = [1, 2, 3, 4].map(() => Parameter.from(() => zeros([3])));
    expect(ownersOf(list, 2)).toEqual([0, 1, 0, 1]);
    expect(ownersOf(list, 1)).toEqual([0, 0, 0, 0]);
    for (const parameter of list) parameter.dispose();
  });
});
