/** What the errors of optimizers say: the setting, what came and what was wanted. */
import { describe, expect, it } from 'vitest';
import {
  Adam,
  AdamW,
  clipGradNorm,
  gradientClipScale,
  gradientNorm,
  type ParameterGroup,
  RMSProp,
  SGD,
} from '../../../src/nn/index.js';
import { reference64 } from '../../helpers/kernels/backends.js';
import { parameterOf, setGradient } from '../../helpers/models/parameters.js';
import { messageOf } from '../../helpers/thrown.js';

const one = () => parameterOf(reference64, [1]);
const OPTIMIZERS = { Adam, AdamW, SGD, RMSProp };

type Settings = Record<string, unknown>;
const decay = (name: string) => [`optimizer: ${name} must be at least 0 and below 1, got `, -0.1, 1] as const;
const notNegative = (name: string) =>
  [`optimizer: ${name} must be a number of at least 0, got `, -1] as const;

/** What each refuses of which setting, and how. */
const RANGES: [keyof typeof OPTIMIZERS, string, readonly [message: string, ...values: number[]]][] = [
  ...(['Adam', 'AdamW'] as const).flatMap((name): typeof RANGES => [
    [name, 'beta1', decay('beta1')],
    [name, 'beta2', decay('beta2')],
    [name, 'epsilon', notNegative('epsilon')],
    [name, 'gate', notNegative('gate')],
  ]),
  ...(['Adam', 'AdamW', 'SGD', 'RMSProp'] as const).flatMap((name): typeof RANGES => [
    [name, 'learningRate', notNegative('learningRate')],
    [name, 'weightDecay', notNegative('weightDecay')],
  ]),
  ['SGD', 'momentum', notNegative('momentum')],
  ['RMSProp', 'alpha', decay('alpha')],
  ['RMSProp', 'epsilon', notNegative('epsilon')],
  ['RMSProp', 'momentum', notNegative('momentum')],
];

describe('a setting out of range', () => {
  it.each(RANGES)('of %s is named: %s', (name, setting, [message, ...values]) => {
    for (const value of values) {
      const options = { learningRate: 1, [setting]: value };
      expect(messageOf(() => new OPTIMIZERS[name]([one()], options))).toBe(`${message}${value}`);
    }
    // The lower bound is in range.
    new OPTIMIZERS[name]([one()], { learningRate: 1, [setting]: 0 });
  });

  it('of a group, too', () => {
    const make = (settings: Settings) => () =>
      new SGD([{ parameters: [one()], ...settings } as ParameterGroup], { learningRate: 1 });
    for (const setting of ['learningRate', 'learningRateScale', 'weightDecay']) {
      expect(messageOf(make({ [setting]: -1 }))).toBe(
        `optimizer: a group: ${setting} must be a number of at least 0, got -1`,
      );
      make({ [setting]: 0 })();
    }
    expect(make({ rate: 1 })).toThrow(/^optimizer: a group: there is no option "rate"/);
  });

  it('of what a step or a saved state is given', () => {
    const parameter = one();
    const optimizer = new SGD([parameter], { learningRate: 1 });
    expect(messageOf(() => (optimizer.stepCount = -1))).toBe(
      'stepCount must be a whole number of at least 0, got -1',
    );
    expect(messageOf(() => optimizer.loadStateDict({ step: -1, tensors: new Map() }))).toBe(
      'optimizer: step must be a whole number of at least 0, got -1',
    );
    expect(messageOf(() => optimizer.step({ maxNorm: 1, gradientScale: one() }))).toBe(
      'optimizer: step takes a maxNorm or a gradientScale, not both',
    );
    expect(() => optimizer.step({ norm: 1 } as object)).toThrow(/^step: there is no option "norm"/);
    expect(messageOf(() => optimizer.step({ maxNorm: -1 }))).toBe(
      'gradient clipping: maxNorm must be at least 0, got -1',
    );
    setGradient(parameter, [2]);
    expect(messageOf(() => optimizer.step({ maxNorm: '1' as never }))).toBe(
      'gradient clipping: maxNorm must be at least 0, got 1',
    );
    optimizer.step({ maxNorm: 0 });
    expect(optimizer.stepCount).toBe(1);
  });

  it('and what does not go together, or is no list', () => {
    expect(messageOf(() => new SGD([one()], { learningRate: 1, nesterov: true }))).toBe(
      'optimizer: nesterov wants a momentum above 0',
    );
    const [a, b] = [one(), one()];
    const make = (parameters: unknown) => () => new SGD(parameters as [], { learningRate: 1 });
    expect(messageOf(make([a, b, a]))).toBe("optimizer: the parameter '2' is given twice");
    expect(
      messageOf(
        make([
          ['w', a],
          ['w', b],
        ]),
      ),
    ).toBe("optimizer: two parameters have the name 'w'");
    expect(messageOf(make([]))).toBe(
      'optimizer: there are no parameters to train; is every sub-module registered, as this.register(name, module)?',
    );
    expect(messageOf(make([3]))).toBe('optimizer: wants parameters, or [name, parameter], got 3');
    expect(make([['w', 3]])).toThrow(/^optimizer: wants parameters, or \[name, parameter\], got Array$/);
    expect(messageOf(make([null]))).toBe('optimizer: wants parameters, or [name, parameter], got null');
    expect(messageOf(make(null))).toBe('optimizer: wants a list of parameters, got null');
    expect(make([{ parameters: 3 }])).toThrow(/^optimizer: wants parameters/);
    for (const clip of [gradientNorm, clipGradNorm, gradientClipScale] as ((
      x: never,
      n: number,
    ) => unknown)[]) {
      expect(() => clip(3 as never, 1)).toThrow(
        /^gradients: the parameters must be a list of tensors, got 3$/,
      );
    }
  });
});

describe('an unknown option', () => {
  it.each(Object.entries(OPTIMIZERS))('of %s is refused by its name', (name, Optimizer) => {
    const options = { learningRate: 1, speling: 1 };
    expect(() => new Optimizer([one()], options)).toThrow(
      new RegExp(`^${name}: there is no option "speling"`),
    );
  });
});
