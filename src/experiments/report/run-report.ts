/** The report of one run. Explained in docs/experiments.md. */
import type { ModelReport } from '../inspect/model-report.js';
import { archName, count, loss } from '../words.js';
import type { Report } from './page/page.js';
import type { LoggedRun } from './run-history.js';
import { settingsText } from './settings-text.js';

export interface RunReportParts {
  readonly logged: LoggedRun;
  /** Null where the model was not measured. */
  readonly model: ModelReport | null;
  /** What was left out and how to get it; null where nothing was. */
  readonly omitted: string | null;
  /** Pairs of words about the computer. */
  readonly machine: Report['facts'];
  readonly command: string;
  readonly sample: string | null;
}

export function runReport({ logged, model, omitted, machine, command, sample }: RunReportParts): Report {
  const { start, end, history } = logged;
  const name = archName(start.arch);
  const last = history.evaluations.at(-1);
  const steps = end?.steps ?? last?.step ?? 0;
  const reached =
    last === undefined ? '' : ` It reached a validation loss of ${loss(last.valLoss)} nats per token.`;
  const rest = omitted === null ? '' : ` ${omitted}`;
  return {
    title: `${name} on ${start.data}, ${count(steps, 'step')}`,
    lead: `A run of ${name} with ${count(start.parameters, 'parameter')}, ${endOf(logged)}.${reached}${rest}`,
    facts: [...machine, ...startFacts(start), ...settingsText(start.arch, start)],
    ...{ command, sample, tables: [], notes: [], settings: [] },
    data: {
      ...{ runs: [history], lengths: [], comparison: null, sweep: null },
      models: model === null ? [] : [{ name, report: model }],
    },
  };
}

function endOf({ end }: LoggedRun): string {
  if (end === null) return 'which has not ended';
  return {
    'max-iters': 'which made all its steps',
    'early-stopping': 'which ended early, when evaluations got no better',
    'max-minutes': 'which ended when its time was up',
    stopped: 'which was stopped before its end',
  }[end.reason];
}

function startFacts(start: LoggedRun['start']): Report['facts'] {
  return [
    ['backend', `${start.backend} (${start.mode})`],
    ['began', start.time],
    ['data', start.data],
    ['tokens to learn from', start.trainTokens.toLocaleString('en-US')],
    ['tokens to measure on', start.valTokens.toLocaleString('en-US')],
    ['parameters', start.parameters.toLocaleString('en-US')],
  ];
}
