import { describe, expect, it } from 'vitest';
import { cutLine } from '../../../src/experiments/report/draw/cut-off.js';
import { endsOf } from '../../../src/experiments/report/draw/scales.js';
import type { RunHistory } from '../../../src/experiments/report/figure.js';
import { FIGURES } from '../../../src/experiments/report/figures/index.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

describe('cutLine', () => {
  it('keeps what is not above, in its order, and goes up to the end of the axis on the same line', () => {
    property((draw) => {
      const points = Array.from({ length: draw.integer(0, 8) }, (_, i) => ({ x: i, y: draw.integer(0, 10) }));
      const most = draw.integer(1, 19) / 2;
      const cut = cutLine(points, most);
      const shown = cut.filter(({ y }) => !Number.isNaN(y));
      expect(shown).toEqual(expect.arrayContaining(points.filter(({ y }) => y <= most)));
      for (const [i, { x, y }] of cut.entries()) {
        if (i > 0) expect(x).toBeGreaterThanOrEqual(cut[i - 1].x);
        if (Number.isNaN(y)) continue;
        expect(y).toBeLessThanOrEqual(most);
        const [from, to] = [points[Math.floor(x)], points[Math.ceil(x)]];
        expectClose(y, from.y + (x - from.x) * (to.y - from.y), absolute(5e-10));
      }
      // Wherever the line goes through the end of the axis, it is drawn to there.
      const crossings = points.filter(({ y }, i) => i > 0 && y > most !== points[i - 1].y > most);
      expect(shown.filter(({ y }) => y === most).length).toBeGreaterThanOrEqual(crossings.length);
    });
  });
});

function run(name: string, losses: readonly number[]): RunHistory {
  const evaluations = losses.map((valLoss, i) => ({
    ...{ step: 100 * i, trainLoss: valLoss, valLoss, seconds: i, maxNormError: null },
  }));
  return {
    ...{ name, arch: 'ngpt', tokensPerStep: 8, steps: [], stepsPerPoint: 1, evaluations, msPerStep: 1 },
  };
}

describe('the loss of several runs', () => {
  const data = (...runs: RunHistory[]) => ({ runs, models: [], lengths: [], comparison: null, sweep: null });
  const [one, other] = [run('a', [4.2, 2.5, 2, 1.6]), run('b', [4.2, 2.25, 1.9, 1.5])];

  it.each(['loss-by-steps', 'loss-by-tokens', 'loss-by-time'] as const)(
    'is drawn in %s from where they were after a tenth of their steps, which is said',
    (name) => {
      const { chart, finding } = FIGURES[name](data(one, other))!;
      const [panel] = chart.panels;
      expect(endsOf(panel, 'y')).toEqual([1.5, 2.5]);
      expect(panel.y.label).toBe('loss up to 2.5');
      expect(finding).toContain('The axis ends at 2.5, the highest that one of them had after a tenth');
      // The numbers beside the picture are all there.
      expect(panel.series[0].points.map(({ y }) => y)).toEqual([4.2, 2.5, 2, 1.6]);
    },
  );

  it('is cut off though one of them is so short that it was evaluated twice after its start', () => {
    const { chart } = FIGURES['loss-by-steps'](data(one, run('b', [4.2, 2.25, 1.9])))!;
    expect(chart.panels[0].y.most).toBe(2.5);
  });

  it('is drawn whole of one run, of few evaluations, and where nothing would be cut off', () => {
    for (const runs of [
      [one],
      [run('a', [4.2, 1.6]), other],
      [run('a', [1, 3, 2, 2]), run('b', [2, 3, 1, 1])],
    ]) {
      const { chart, finding } = FIGURES['loss-by-steps'](data(...runs))!;
      expect([chart.panels[0].y.most, finding.includes('axis ends')]).toEqual([undefined, false]);
    }
  });
});
