/** What errors of custom ops say, to the letter. */
import { beforeAll, describe, expect, it } from 'vitest';
import { customOp, init, type Tensor, tensor } from '../../../src/index.js';
import { messageOf } from '../../helpers/thrown.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

const anything = customOp as unknown as (definition: unknown) => (...args: unknown[]) => Tensor;
const x = () => tensor([1, 2]).setRequiresGrad();
const exp = (a: Tensor) => a.exp();
const same = (g: Tensor) => g;

describe('a custom op says', () => {
  it('what its definition lacks', () => {
    const wants = 'customOp: wants { name, forward, backward }, with a name that is a text';
    for (const none of [undefined, null, 3, {}, { name: '' }, { name: 3, forward: exp, backward: same }]) {
      expect(messageOf(() => anything(none))).toBe(wants);
    }
    expect(messageOf(() => anything({ name: 'a', forward: exp }))).toBe(
      'customOp a: wants backward, a function from the gradient of the output',
    );
    const whole = { name: 'a', forward: exp, backward: same };
    expect(messageOf(() => anything({ ...whole, keep: 'both' }))).toBe(
      'customOp a: there is no option "keep", did you mean keeps?; it takes name, forward, backward, keeps, loop',
    );
    expect(messageOf(() => anything({ ...whole, keeps: 'input' }))).toBe(
      'customOp a: keeps must be inputs, output, both or nothing, got input',
    );
    expect(messageOf(() => anything({ ...whole, loop: { run: exp, type: 'int32' } }))).toMatch(
      /^customOp a: loop: there is no option "type"/,
    );
    for (const lacking of [{}, { forward: 3 }, { loop: {} }, { forward: exp, loop: { run: 3 } }]) {
      expect(messageOf(() => anything({ name: 'a', backward: same, ...lacking }))).toBe(
        'customOp a: wants forward, a function of tensors, or a loop { run }',
      );
    }
    anything({ name: 'a', backward: same, loop: { run: () => {} } });
  });

  it('what is wrong with its arguments', () => {
    const op = anything({ name: 'a', forward: exp, backward: same });
    for (const args of [[], [1, 'x', [2]]]) {
      expect(messageOf(() => op(...args))).toBe('a: wants a tensor among its arguments');
    }
    expect(messageOf(() => op(x(), [1, x()]))).toBe(
      'a: tensors in an array would get no gradient; pass each as an argument: op(...tensors)',
    );
    op(x(), [1, 2]);
  });

  it('what is wrong with its value', () => {
    const valued = (forward: unknown) =>
      messageOf(() => anything({ name: 'a', forward, backward: same })(x()));
    expect(valued(async () => x())).toBe('a: forward must be synchronous, it returned a promise');
    expect(valued(() => 3)).toBe('a: forward must return a tensor, it returned 3');
    expect(valued(() => x().mul(2))).toBe(
      'a: forward uses a tensor that requires a gradient and is not among its arguments; pass it as one, or detach() it',
    );
    const looped = (run: unknown, more = {}) =>
      messageOf(() => anything({ name: 'a', loop: { run, ...more }, backward: same })(x()));
    expect(looped(async () => {})).toBe('a: its loop must be synchronous, it returned a promise');
    expect(looped(() => {}, { shape: () => [-1] })).toBe(
      'a: sizes must be whole numbers of at least 0, got [-1]',
    );
  });

  it('what is wrong with its gradients', () => {
    const derived = (returned: unknown, keeps = 'both') =>
      messageOf(() =>
        anything({ name: 'a', forward: exp, backward: () => returned, keeps })(x())
          .sum()
          .backward(),
      );
    expect(derived(Promise.resolve(null))).toBe('a: backward must be synchronous, it returned a promise');
    for (const many of [[], [null, null]]) {
      expect(derived(many)).toBe(
        `a: backward must return a gradient or null for each of 1 tensors, it returned ${many.length}`,
      );
    }
    expect(derived(3)).toBe('a: the gradient of tensor 0 must be a tensor, or null where none flows, got 3');
    expect(derived(() => undefined)).toBe(
      'a: the gradient of tensor 0 must be a tensor, or null where none flows, got undefined',
    );
    expect(derived(tensor([1]))).toBe('a: the gradient of tensor 0 is [1], the tensor [2]');
    expect(derived(tensor(Int32Array.of(1, 2)))).toBe(
      'a: the gradient of tensor 0 is int32, the tensor float64',
    );
    const both = anything({ name: 'a', forward: exp, backward: (g: Tensor) => [g, g] });
    expect(
      messageOf(() =>
        both(x(), tensor(Int32Array.of(1)))
          .sum()
          .backward(),
      ),
    ).toBe('a: the gradient of tensor 1 must be null: it is int32, and integers have no derivative');
  });

  it('what it did not keep', () => {
    const reading = (keeps: string | undefined, what: 'output' | 'args') => () => {
      const op = anything({
        name: 'a',
        forward: exp,
        backward: (g: Tensor, context: { output: Tensor; args: [Tensor] }) =>
          g.mul(what === 'output' ? context.output : context.args[0]),
        ...(keeps === undefined ? {} : { keeps }),
      });
      const leaf = x();
      op(leaf).sum().backward();
      return Array.from(leaf.grad!.dataSync());
    };
    for (const keeps of [undefined, 'both', 'inputs']) expect(reading(keeps, 'args')()).toEqual([1, 2]);
    for (const keeps of [undefined, 'both', 'output']) {
      expect(reading(keeps, 'output')()).toEqual([Math.exp(1), Math.exp(2)]);
    }
    for (const keeps of ['inputs', 'nothing']) {
      expect(messageOf(reading(keeps, 'output'))).toBe(
        "a: its output is not kept; ask for it with keeps: 'both' or 'output'",
      );
    }
    for (const keeps of ['output', 'nothing']) expect(messageOf(reading(keeps, 'args'))).toMatch(/disposed/);
  });
});
