import { describe, expect, it } from 'vitest';
import { type CurvePoint, stepsToReach, times } from '../../../src/experiments/compare/curve.js';
import { expectClose } from '../../helpers/values/close.js';
import { type Draw, property } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

/** Final losses of runs of different lengths, which fall, but for noise if that is asked for. */
function drawCurve(draw: Draw, hasNoise: boolean): CurvePoint[] {
  let steps = 0;
  let loss = 5;
  return Array.from({ length: draw.integer(1, 6) }, () => {
    steps += draw.integer(1, 500);
    loss -= (hasNoise ? draw.pick(1, -0.5) : 1) * draw.integer(1, 100) * 0.003;
    return { steps, loss };
  });
}

const drawLoss = (draw: Draw) => draw.integer(2500, 5500) / 1000;

describe('stepsToReach', () => {
  it('is exact at the points of a curve that falls', () => {
    property((draw) => {
      const curve = drawCurve(draw, false);
      for (const { steps, loss } of curve) {
        expect(stepsToReach(curve, loss)).toEqual({ bound: 'exact', value: steps });
      }
    });
  });

  it('lies on the straight line over log steps between two points', () => {
    property((draw) => {
      const [a, b] = [draw.integer(1, 500), draw.integer(501, 5000)];
      const share = draw.integer(1, 99) / 100;
      const curve = [
        { steps: a, loss: 3 },
        { steps: b, loss: 2 },
      ];
      expectClose(stepsToReach(curve, 3 - share)!.value, a * (b / a) ** share, absolute(5e-7));
    });
  });

  it('needs no fewer steps for a lower loss, and none beyond what was measured', () => {
    property((draw) => {
      const curve = drawCurve(draw, true);
      const [low, high] = [drawLoss(draw), drawLoss(draw)].sort((one, other) => one - other);
      const [forLow, forHigh] = [stepsToReach(curve, low)!, stepsToReach(curve, high)!];
      expect(forLow.value).toBeGreaterThanOrEqual(forHigh.value);
      for (const { value } of [forLow, forHigh]) {
        expect(value).toBeGreaterThanOrEqual(curve[0].steps);
        expect(value).toBeLessThanOrEqual(curve.at(-1)!.steps);
      }
      const lowest = Math.min(...curve.map(({ loss }) => loss));
      expect(forLow.bound === 'more').toBe(low < lowest);
      expect(forHigh.bound === 'less').toBe(high > curve[0].loss);
    });
  });

  it('takes the shorter run where a longer one ended higher', () => {
    property((draw) => {
      const curve = drawCurve(draw, true);
      const loss = drawLoss(draw);
      const found = stepsToReach(curve, loss)!;
      if (found.bound !== 'exact') return;
      expect(found.value).toBeLessThanOrEqual(curve.find((point) => point.loss <= loss)!.steps);
    });
  });

  it('knows nothing without a point', () => {
    expect(stepsToReach([], 2)).toBe(null);
  });
});

describe('times', () => {
  it('keeps the bound', () => {
    expect(times({ bound: 'more', value: 4 }, 0.5)).toEqual({ bound: 'more', value: 2 });
  });
});
