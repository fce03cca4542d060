/** The report of a sweep over sizes. Explained in docs/experiments.md. */
import type { LineResult, SizeSweep } from '../sweep/sweep.js';
import { bestAtBase, bySize, edgeNotes, hopelessNotes, wordsOf } from '../sweep/words.js';
import { count, loss, short } from '../words.js';
import type { Report } from './page/page.js';
import type { Table } from './page/table.js';
import { settingsText } from './settings-text.js';
import { studyFacts, unfinishedText } from './study-facts.js';

export function sweepReport(sweep: SizeSweep, command: string): Report {
  const { data, runs, missing, plan, recipe } = sweep;
  const { size, value } = wordsOf(plan);
  return {
    title: `The best ${value} of nGPT by ${size}, on ${data.name}`,
    lead:
      `${count(runs.length, 'run')} of ${count(plan.budget, 'step')} on the same batches, without and with the rules of νGPT ` +
      `that carry the ${value} over from ${size} ${plan.base}; losses are over the whole validation split.${unfinishedText(missing)}`,
    facts: factsOf(sweep),
    settings: [
      {
        caption: 'Settings of all runs, as the command line calls them',
        columns: ['option', 'nGPT'],
        rows: settingsText('ngpt', recipe),
      },
    ],
    command,
    tables: runs.length === 0 ? [] : [lossTable(sweep)],
    notes: [...edgeNotes(sweep), ...hopelessNotes(sweep)],
    sample: null,
    data: { runs: [], models: [], lengths: [], comparison: null, sweep },
  };
}

function lossTable(sweep: SizeSweep): Table {
  const { size, value } = wordsOf(sweep.plan);
  const base = bestAtBase(sweep);
  const at = base === null ? 'loss at that of the base' : `loss at ${short(base)}`;
  const known = base === null ? '' : `; ${short(base)} is the best of ${size} ${sweep.plan.base}`;
  return {
    caption: `Final validation loss in nats per token, and the ${value} that it is lowest at${known}`,
    columns: [
      ...[size, `best ${value}, without rules`, 'loss', at],
      ...[`best ${value}, with rules`, 'loss', at],
    ],
    rows: bySize(sweep).map((both) => [both.size, ...cells(both.without), ...cells(both.with)]),
  };
}

function cells({ best, loss: lowest, lossAtBase }: LineResult): string[] {
  const text = (each: number | null) => (each === null ? '–' : loss(each));
  return [best === null ? '–' : short(best), text(lowest), text(lossAtBase)];
}

function factsOf({ plan, ...sweep }: SizeSweep): Report['facts'] {
  const { size, value } = wordsOf(plan);
  return [
    ...studyFacts(sweep),
    ['seed', String(plan.seed)],
    [`${size}s`, plan.sizes.join(', ')],
    [`${value}s`, plan.values.map(short).join(', ')],
    ...(plan.learningRate === null ? [] : [['learning rate', short(plan.learningRate)] as const]),
  ];
}
