import { beforeAll, describe, expect, it } from 'vitest';
import { createBackend, DTypeError, gradcheck, init, NumericError, tensor } from '../../src/index.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

describe('gradcheck', () => {
  it('returns the error of a right derivative', () => {
    expect(gradcheck((x) => x.sin().mul(x), [tensor([0.5, -2, 3])])).toBeLessThan(1e-9);
  });

  it('fails on a wrong derivative, and says where', () => {
    // detach takes one of the two factors out of the derivative of x².
    const wrong = () => gradcheck((x) => x.mul(x.detach()), [tensor([1, 2])]);
    expect(wrong).toThrow(NumericError);
    expect(wrong).toThrow(/input 0 \[2\], element 0: the derivative is .*, differences give /);
  });

  it('fails on a derivative that is off in one element only', () => {
    const spoiled = tensor([1, 1 + 1e-5, 1]);
    const f = (x: ReturnType<typeof tensor>) => x.mul(spoiled).add(x.detach().mul(spoiled.affine(-1, 1)));
    expect(() => gradcheck(f, [tensor([1, 2, 3])])).toThrow(/element 1/);
  });

  it('fails on a wrong derivative that vanishes in the sum of the elements', () => {
    // The elements of a softmax add up to 1 whatever x is, so the derivative of their sum is 0 as detached.
    expect(() => gradcheck((x) => x.softmax().detach().add(x.mul(0)), [tensor([1, 2])])).toThrow(
      NumericError,
    );
  });

  it('wants a step and a tolerance that are such', () => {
    const check = (options: object) => () => gradcheck((x) => x.sin(), [tensor([1])], options);
    expect(check({ step: 0 })).toThrow(/^gradcheck: step must be/);
    expect(check({ tolerance: -1 })).toThrow(/^gradcheck: tolerance must be/);
  });

  it('fails on NaN', () => {
    expect(() => gradcheck((x) => x.log(), [tensor([-1])])).toThrow(NumericError);
  });

  it('passes integer inputs through', () => {
    const indices = tensor(Int32Array.of(1, 0));
    expect(
      gradcheck(
        (table, at) => table.gather(at),
        [
          tensor([
            [1, 2],
            [3, 4],
          ]),
          indices,
        ],
      ),
    ).toBeLessThan(1e-9);
  });

  it('wants float64', async () => {
    const backend = await createBackend('reference', { dtype: 'float32' });
    expect(() => gradcheck((x) => x, [tensor([1], [1], { backend })])).toThrow(DTypeError);
  });
});
