/** The command `ngpt sweep`. Explained in docs/experiments.md. */
import type { Command } from 'commander';
import { checkSweepRequest } from '../../experiments/sweep/node/check-sweep.js';
import { sweepStudy } from '../../experiments/sweep/node/sweep-study.js';
import { studyCommand } from '../runs/study-command.js';
import { type SweepOptions, sweepOptions, sweepRequestOf } from './sweep-options.js';
import { describeSweep } from './tables.js';

export function addSweepCommand(program: Command): void {
  const command = program
    .command('sweep')
    .description(
      'Train nGPT at several widths with several learning rates, without and with the rules of νGPT (arXiv:2604.27077) that carry ' +
        'the best rate over, and tell what that is worth; or at several depths with several first alphas. Finished runs are ' +
        'kept: the same command goes on where it was interrupted.',
    );
  for (const option of sweepOptions()) command.addOption(option);
  command.action(async (options: SweepOptions) => {
    const study = sweepStudy(await checkSweepRequest(sweepRequestOf(options)));
    await studyCommand(study, options, {
      describe: describeSweep,
      writeReport: async (sweep, request) => {
        // Only here: what draws is loaded when there is something to draw.
        const { writeSweepReport } = await import('./write-sweep-report.js');
        return writeSweepReport(sweep, request);
      },
    });
  });
}
