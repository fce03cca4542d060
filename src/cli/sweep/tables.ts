/** A sweep as tables of text. */
import type { LineResult, SizeSweep } from '../../experiments/sweep/sweep.js';
import { bestAtBase, bySize, edgeNotes, hopelessNotes, wordsOf } from '../../experiments/sweep/words.js';
import { formatLoss, formatSteps } from '../format.js';
import { table } from '../table.js';

export function describeSweep(sweep: SizeSweep): string {
  const diverged = sweep.runs.flatMap(({ name, diverged: how }) =>
    how === null ? [] : [`${name} diverged: ${how}`],
  );
  return [lossTable(sweep), edgeNotes(sweep), diverged, hopelessNotes(sweep)]
    .filter((lines) => lines.length > 0)
    .map((lines) => `\n${lines.join('\n')}\n`)
    .join('');
}

function lossTable(sweep: SizeSweep): string[] {
  const rows = bySize(sweep).map(({ size, without, with: ruled }) => [
    String(size),
    ...cells(without),
    ...cells(ruled),
  ]);
  if (sweep.runs.length === 0) return [];
  const { size, value } = wordsOf(sweep.plan);
  const base = bestAtBase(sweep);
  const at = base === null ? 'at that of the base' : `at ${base}`;
  const known = base === null ? '' : `; ${base} is the best ${value} of ${size} ${sweep.plan.base}`;
  return [
    `final validation loss over the whole split after ${formatSteps(sweep.plan.budget)}, nats per token, one run each${known}`,
    table([[size, 'best without rules', 'loss', at, 'best with rules', 'loss', at], ...rows]),
  ];
}

/** The best value, the loss there, and at the best value of the base. */
function cells({ best, loss, lossAtBase }: LineResult): string[] {
  const number = (each: number | null) => (each === null ? '-' : formatLoss(each));
  return [best === null ? '-' : String(best), number(loss), number(lossAtBase)];
}
