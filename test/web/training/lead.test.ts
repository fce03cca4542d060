import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepsAhead } from '../../../web/training/lead.js';

const at = (step: number[], valLoss: number[]) => ({ step, valLoss });

describe('stepsAhead', () => {
  it('is what the other needed longer, on the straight line between two measurements', () => {
    expect(stepsAhead(at([0, 100, 200], [4, 2, 1]), at([0, 100, 200], [4, 3, 2]))).toBe(100);
    expect(stepsAhead(at([0, 100, 200], [4, 2, 1]), at([0, 100, 200], [4, 3, 2.5]))).toBe(125);
  });

  it('is negative where the other is ahead, and 0 for equal ones', () => {
    expect(stepsAhead(at([0, 100, 200], [4, 3, 2]), at([0, 100, 200], [4, 2, 1]))).toBe(-100);
    expect(stepsAhead(at([0, 50], [4, 3]), at([0, 50], [4, 3]))).toBe(0);
  });

  it('compares at the last step that both have been measured at', () => {
    expect(stepsAhead(at([0, 100, 200, 300], [4, 2, 1, 0.5]), at([0, 100, 200], [4, 3, 2]))).toBe(100);
  });

  it('knows nothing before both are measured after the start', () => {
    expect(stepsAhead(at([], []), at([0, 100], [4, 3]))).toBeNull();
    expect(stepsAhead(at([0], [4]), at([0, 100], [4, 3]))).toBeNull();
  });

  it('counts from the first time that either had the loss, where one rests on it', () => {
    expect(stepsAhead(at([0, 100, 200, 300], [4, 2, 2, 2]), at([0, 100, 200, 300], [4, 3, 2, 2]))).toBe(100);
  });

  it('changes its sign when the two change places', () => {
    const losses = fc.array(fc.double({ min: 0.1, max: 5, noNaN: true }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(losses, losses, (a, b) => {
        const falling = (values: number[]) => [...values].sort((x, y) => y - x);
        const steps = [0, 10, 20, 30, 40];
        const [one, other] = [at(steps, falling(a)), at(steps, falling(b))];
        const [there, back] = [stepsAhead(one, other), stepsAhead(other, one)];
        if (there === null || back === null) expect(there).toBe(back);
        else expect(there + back).toBe(0);
      }),
    );
  });
});
