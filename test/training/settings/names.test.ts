import { describe, expect, it } from 'vitest';
import { kebabCase, snakeCase } from '../../../src/training/settings/names.js';

describe('names of settings', () => {
  it.each([
    ['nEmbd', 'n-embd', 'n_embd'],
    ['seed', 'seed', 'seed'],
    ['ropeBase', 'rope-base', 'rope_base'],
    ['beta1', 'beta1', 'beta1'],
    ['minLr', 'min-lr', 'min_lr'],
    ['', '', ''],
  ])('%s is %s and %s', (name, kebab, snake) => {
    expect([kebabCase(name), snakeCase(name)]).toEqual([kebab, snake]);
  });
});
