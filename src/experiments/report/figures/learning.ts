/** How runs learned: figures of their logs. */
import type { Comparison } from '../../compare/comparison.js';
import { count, extremes, list, loss, namedValues, rough, short } from '../../words.js';
import type { Axis, Point, Series } from '../chart.js';
import { lookOf } from '../chart.js';
import type { EvaluationPoint, Figure, FigureData, RunHistory } from '../figure.js';
import { looksOf } from './looks.js';

const LOSS: Axis = { label: 'loss', unit: 'nats per token' };
const STEPS: Axis = { label: 'training steps', unit: null };

type Place = (run: RunHistory, evaluation: EvaluationPoint) => number;

export function lossBySteps({ runs, comparison }: FigureData): Figure | null {
  const evaluated = runs.filter(isEvaluated);
  if (evaluated.length === 0) return null;
  return {
    title: 'Loss against training steps',
    chart: {
      panels: [{ title: null, x: STEPS, y: lossAxis(runs), series: lossSeries(runs, (_, { step }) => step) }],
    },
    paper:
      'Figure 1: with 1 B parameters and a context of 4k, nGPT has after 20k steps the validation loss that GPT has after 200k.',
    finding: `${lossFinding(evaluated)}${whichRuns(comparison)}${cutText(runs)}`,
  };
}

export function lossByTokens({ runs }: FigureData): Figure | null {
  const evaluated = runs.filter(isEvaluated);
  if (evaluated.length === 0) return null;
  const place: Place = ({ tokensPerStep }, { step }) => step * tokensPerStep;
  const seen = evaluated.map((run) => [run.name, short(place(run, run.evaluations.at(-1)!))] as const);
  const x: Axis = { label: 'tokens seen', unit: null };
  return {
    title: 'Loss against tokens',
    chart: { panels: [{ title: null, x, y: lossAxis(runs), series: validationSeries(runs, place) }] },
    paper:
      'Figure 2: nGPT needs about 4, 10 and 20 times fewer tokens than GPT for the same loss, at contexts of 1k, 4k and 8k.',
    finding: `Tokens seen, with repetitions: ${namedValues(seen)}; every step takes the same number.${cutText(runs)}`,
  };
}

export function lossBySeconds({ runs, comparison }: FigureData): Figure | null {
  const timed = runs.filter((run) => isEvaluated(run) && run.msPerStep !== null);
  if (timed.length === 0) return null;
  const x: Axis = { label: 'time in training steps', unit: 'seconds' };
  return {
    title: 'Loss against time',
    chart: {
      panels: [
        { title: null, x, y: lossAxis(timed), series: validationSeries(timed, (_, { seconds }) => seconds) },
      ],
    },
    paper:
      'Appendix A.4: a step of nGPT took 80 % more time than one of GPT at a context of 4k, and 60 % more at 8k.',
    finding: `${timeFinding(timed, comparison)}${cutText(timed)}`,
  };
}

export function learningRate({ runs }: FigureData): Figure | null {
  const series = runs
    .filter(({ steps }) => steps.length > 0)
    .map(
      ({ name, steps }, i): Series => ({
        ...{ name, look: lookOf(i), form: 'line' },
        points: steps.map(({ step, learningRate }) => ({ x: step, y: learningRate })),
      }),
    );
  if (series.length === 0) return null;
  const [, highest] = extremes(series.flatMap(({ points }) => points.map(({ y }) => y)));
  const ends = series.map(({ name, points }) => [name, short(points.at(-1)!.y)] as const);
  return {
    title: 'Learning rate',
    chart: {
      panels: [{ title: null, x: STEPS, y: { label: 'learning rate', unit: null, includes: 0 }, series }],
    },
    paper:
      'Section 2.6: nGPT needs neither warm-up nor weight decay; its learning rate falls along a cosine from the start.',
    finding: `The highest rate was ${short(highest)}; the last was ${namedValues(ends)}.`,
  };
}

/** What the project promises of a whole run. */
const UNIT_BOUND = 1e-5;

export function normsOverTraining({ runs }: FigureData): Figure | null {
  const measured = runs.filter(({ evaluations }) =>
    evaluations.some(({ maxNormError }) => maxNormError !== null),
  );
  if (measured.length === 0) return null;
  const looks = looksOf(measured.map(({ arch }) => arch));
  const series = measured.map(
    ({ name, evaluations }, i): Series => ({
      ...{ name, look: looks[i], form: 'line' },
      points: evaluations.flatMap(({ step, maxNormError }) =>
        maxNormError === null ? [] : [{ x: step, y: maxNormError }],
      ),
    }),
  );
  const [, largest] = extremes(series.flatMap(({ points }) => points.map(({ y }) => y)));
  const verdict = largest <= UNIT_BOUND ? 'within' : 'beyond';
  return {
    title: 'Unit norms over training',
    chart: {
      panels: [
        {
          title: null,
          x: STEPS,
          y: { label: 'largest distance from unit length', unit: null, scale: 'log' },
          series,
          reference: { value: UNIT_BOUND, label: '1e-5' },
        },
      ],
    },
    paper:
      'The paper draws no such figure; section 2.6 makes all matrices unit again after every step, so that the distance should stay at rounding.',
    finding: `Over ${count(series.flatMap(({ points }) => points).length, 'evaluation')} the largest distance was ${short(largest)}, ${verdict} 1e-5.`,
  };
}

/** Fewer evaluations make no curve: a run of 500 steps among longer ones has two. */
const FEWEST = 2;

/**
 * What is said of the axis of a loss that several runs share: it ends at the highest loss that one of them had after a tenth
 * of its steps, since from the untrained model down all curves are one. Null where that leaves no curves, or cuts off nothing.
 */
function highestShown(runs: readonly RunHistory[]): number | null {
  const evaluated = runs.filter(isEvaluated);
  if (evaluated.length < 2) return null;
  const later = evaluated.map(({ evaluations }) => {
    const last = evaluations.at(-1)!.step;
    return evaluations.filter(({ step }) => step >= last / 10).map(({ valLoss }) => valLoss);
  });
  const [, most] = extremes(later.map(([first]) => first));
  const [lowest] = extremes(later.flat());
  const [, highest] = extremes(
    evaluated.flatMap(({ evaluations }) => evaluations.map(({ valLoss }) => valLoss)),
  );
  const isCurve = later.every((values) => values.filter((value) => value <= most).length >= FEWEST);
  return isCurve && lowest < most && most < highest ? most : null;
}

function lossAxis(runs: readonly RunHistory[]): Axis {
  const most = highestShown(runs);
  return most === null ? LOSS : { ...LOSS, label: `loss up to ${short(most)}`, most };
}

/** Of curves that are cut off, in a sentence. */
function cutText(runs: readonly RunHistory[]): string {
  const most = highestShown(runs);
  return most === null
    ? ''
    : ` The axis ends at ${short(most)}, the highest that one of them had after a tenth of its steps; curves begin above it.`;
}

function isEvaluated({ evaluations }: RunHistory): boolean {
  return evaluations.length > 0;
}

/** Of one run everything, of several what compares them. */
function lossSeries(runs: readonly RunHistory[], place: Place): Series[] {
  if (runs.length > 1) return validationSeries(runs, place);
  const [run] = runs;
  const [validation, training] = [lookOf(0), lookOf(1)];
  const each = run.stepsPerPoint === 1 ? 'each batch' : `batches, mean of ${run.stepsPerPoint}`;
  const batches: Series = {
    ...{ name: each, look: { ...validation, colour: 'black' }, form: 'faint' },
    points: run.steps.map(({ step, loss }) => ({ x: step, y: loss })),
  };
  return [
    ...(batches.points.length > 0 ? [batches] : []),
    series('training, evaluated', training, run, place, ({ trainLoss }) => trainLoss),
    series('validation', validation, run, place, ({ valLoss }) => valLoss),
  ];
}

function validationSeries(runs: readonly RunHistory[], place: Place): Series[] {
  const looks = looksOf(runs.map(({ arch }) => arch));
  return runs.flatMap((run, i) =>
    isEvaluated(run)
      ? [{ ...series(run.name, looks[i], run, place, ({ valLoss }) => valLoss), endLabel: run.name }]
      : [],
  );
}

function series(
  name: string,
  look: Series['look'],
  run: RunHistory,
  place: Place,
  value: (evaluation: EvaluationPoint) => number,
): Series {
  const points = run.evaluations.map((each): Point => ({ x: place(run, each), y: value(each) }));
  return { name, look, form: 'line', points };
}

function whichRuns(comparison: Comparison | null): string {
  return comparison === null
    ? ''
    : ' Every curve here is one run: that of the best learning rate, with the first seed.';
}

function lossFinding(runs: readonly RunHistory[]): string {
  if (runs.length > 1) {
    return `Validation loss at the last evaluation: ${list(runs.map((run) => `${loss(run.evaluations.at(-1)!.valLoss)} for ${run.name}`))}.`;
  }
  const [{ evaluations }] = runs;
  const [first, last] = [evaluations[0], evaluations.at(-1)!];
  const [lowest] = extremes(evaluations.map(({ valLoss }) => valLoss));
  const best = evaluations.find(({ valLoss }) => valLoss === lowest);
  if (evaluations.length === 1 || best === undefined) {
    return `The validation loss was ${loss(last.valLoss)} nats per token after ${count(last.step, 'step')}.`;
  }
  const where =
    best.step === last.step ? 'its lowest' : `the lowest was ${loss(lowest)} at step ${best.step}`;
  const direction = last.valLoss < first.valLoss ? 'fell' : 'did not fall: it went';
  return `The validation loss ${direction} from ${loss(first.valLoss)} to ${loss(last.valLoss)} nats per token in ${count(last.step, 'step')}, ${where}.`;
}

function timeFinding(runs: readonly RunHistory[], comparison: Comparison | null): string {
  const times = runs.map(({ name, msPerStep }) => [name, `${short(msPerStep!)} ms`] as const);
  return `The median step took ${namedValues(times)}${ratioOfTimes(comparison)}.`;
}

/** That by which the table of speed-ups comes from steps to time: over the runs of all budgets and seeds. */
function ratioOfTimes(comparison: Comparison | null): string {
  const first = comparison?.speedUps[0];
  if (first === undefined) return '';
  const ratio = first.inSteps.value / first.inSeconds.value;
  return `; over all budgets and seeds a step of nGPT takes ${rough(ratio)} times as long as one of GPT, and less or more where the machine had other work`;
}
