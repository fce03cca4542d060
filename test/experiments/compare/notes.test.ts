import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../src/experiments/compare/comparison.js';
import { findingsOf, plannerOf } from '../../../src/experiments/compare/findings.js';
import { edgeNotes, hopelessNotes } from '../../../src/experiments/compare/notes.js';
import { comparisonReport } from '../../../src/experiments/report/comparison-report.js';
import { writePage } from '../../../src/experiments/report/page/page.js';
import { type ComparedRun, type RunSpec, runName } from '../../../src/experiments/runs/run.js';
import { finishAll, madeUpRun } from '../../helpers/models/comparisons.js';
import { ReportDraw, wordsOf } from '../../helpers/reports.js';

const PLAN: Comparison['plan'] = {
  budgets: { ngpt: [1000], gpt: [1000] },
  learningRates: { ngpt: [0.01, 0.02, 0.04], gpt: [0.001, 0.002] },
  ...{ seeds: [1, 2], ablations: ['no-qk-norm', 'slerp'], ablationLearningRates: [0.01, 0.02] },
  ...{ extend: false, scaleWarmup: false },
};

/** A comparison whose runs end with these losses. */
function compared(plan: Comparison['plan'], lossOf: (run: RunSpec) => number): Comparison {
  const finished = new Map<string, ComparedRun>();
  finishAll(
    () => plannerOf(plan, finished),
    (run) => finished.set(runName(run), madeUpRun(run, lossOf(run))),
  );
  const comparison = new ReportDraw(1, 'tame').comparison();
  return { ...comparison, plan, runs: [...finished.values()], ...findingsOf(plan, finished) };
}

describe('the notes of a comparison', () => {
  it('name the best rates at the edge, those of ablations that tried some included', () => {
    // Lowest at 0.02 but for slerp.
    const lossOf = ({ variant, learningRate }: RunSpec) =>
      2 + Math.abs(Math.log(learningRate / (variant === 'slerp' ? 0.01 : 0.02)));
    expect(edgeNotes(compared(PLAN, lossOf))).toEqual([
      'the best learning rate of GPT at 1,000 steps, 0.002, is the highest that was tried: others may be better; --extend tries them',
      'the best learning rate of nGPT with no-qk-norm at 1,000 steps, 0.02, is the highest that was tried: others may be better; --extend tries them',
      'the best learning rate of nGPT with slerp at 1,000 steps, 0.01, is the lowest that was tried: others may be better; --extend tries them',
    ]);
    const without = { ...PLAN, ablationLearningRates: null };
    expect(edgeNotes(compared(without, lossOf))).toHaveLength(1);
  });

  it('ask for lower rates where every run diverged, on the page too, and only there', () => {
    const lossOf = ({ arch, variant }: RunSpec) =>
      arch === 'gpt' || variant === 'slerp' ? Number.POSITIVE_INFINITY : 2;
    const comparison = compared(PLAN, lossOf);
    const notes = [
      'every run of GPT at 1,000 steps diverged, with the learning rate 0.001 too: give lower --gpt-learning-rates',
      'every run of nGPT with slerp at 1,000 steps diverged, with the learning rate 0.01 too: give lower --ablation-learning-rates',
    ];
    expect(hopelessNotes(comparison)).toEqual(notes);
    const { html } = writePage(comparisonReport({ comparison, models: [], lengths: [], command: '' }));
    for (const note of notes) expect(wordsOf(html)).toContain(`${note}.`);
    // One that is missing may not diverge.
    const [first] = comparison.runs.filter(({ arch }) => arch === 'gpt');
    const runs = comparison.runs.filter((run) => run !== first);
    expect(hopelessNotes({ ...comparison, runs })).toEqual([notes[1]]);
  });
});
