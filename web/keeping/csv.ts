/** Histories as a table for spreadsheets. */
import type { Architecture } from '../../src/ngpt/index.js';
import { ARCHITECTURES } from '../setup/train-settings.js';
import type { History } from '../training/history.js';

const HEADER = 'model,event,step,seconds,loss,train_loss,val_loss\n';

/**
 * A row for each step and each evaluation of both models, all digits of every number.
 * @example historiesCsv(histories) // 'model,event,step,seconds,loss,train_loss,val_loss\nngpt,step,1,0.02,4.17,,\n…'
 */
export function historiesCsv(histories: Readonly<Record<Architecture, History>>): string {
  return HEADER + ARCHITECTURES.flatMap((arch) => rowsOf(arch, histories[arch])).join('');
}

function rowsOf(arch: Architecture, { steps, evaluations }: History): string[] {
  return [
    ...steps.step.map((step, i) => `${arch},step,${step},${steps.seconds[i]},${steps.loss[i]},,\n`),
    ...evaluations.step.map(
      (step, i) =>
        `${arch},eval,${step},${evaluations.seconds[i]},,${evaluations.trainLoss[i]},${evaluations.valLoss[i]}\n`,
    ),
  ];
}

/**
 * Any rows of texts; in quotes where a cell would end its row.
 * @example rowsCsv([['a', 'b, c'], ['d', 'e']]) // 'a,"b, c"\nd,e\n'
 */
export function rowsCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cellOf).join()}\n`).join('');
}

function cellOf(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
