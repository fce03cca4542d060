import { describe, expect, it } from 'vitest';
import { HELPERS } from '../../../../../src/tensor/backends/gpu/runtime/program.js';
import { reservedNames } from '../../../../helpers/gpu/reserved-names.js';

describe('the functions that every shader may call', () => {
  const names = HELPERS.map((source) => source.match(/^function (\w+)\(/)?.[1]);

  it('have names of their own, which neither gpu.js nor a shading language has', () => {
    const reserved = reservedNames();
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => name === undefined || reserved.has(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    'expm1',
    'log1p',
    'cbrt',
    'integerMod',
    'modulo',
    '_round',
    'clz32',
    'mix',
    'fma',
    'hypot',
    'filter',
  ])('could not be called %s', (name) => expect(reservedNames()).toContain(name));
});
