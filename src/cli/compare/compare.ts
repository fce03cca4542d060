/** The command `ngpt compare`. Explained in docs/experiments.md. */
import type { Command } from 'commander';
import { checkComparison } from '../../experiments/compare/node/check-comparison.js';
import { comparisonStudy } from '../../experiments/compare/node/comparison-study.js';
import { studyCommand } from '../runs/study-command.js';
import { type CompareOptions, compareOptions, requestOf } from './compare-options.js';
import { describeComparison } from './tables.js';

export function addCompareCommand(program: Command): void {
  const command = program
    .command('compare')
    .description(
      'Train GPT and nGPT on the same batches, each with its own recipe, and tell how many steps nGPT saves. Finished runs are ' +
        'kept: the same command goes on where it was interrupted.',
    )
    .addHelpText(
      'after',
      '\nEvery setting is there for one architecture alone too, with ngpt- or gpt- before its name: ngpt-alpha-init, ' +
        'gpt-warmup-iters. An ablation is nGPT with one change, at its largest budget.',
    );
  for (const option of compareOptions()) command.addOption(option);
  command.action(compareCommand);
}

async function compareCommand(options: CompareOptions): Promise<void> {
  const study = comparisonStudy(await checkComparison(requestOf(options)));
  await studyCommand(study, options, {
    describe: describeComparison,
    writeReport: async (comparison, request) => {
      // Only here: what draws is loaded when there is something to draw.
      const { writeComparisonReport } = await import('./compare-report.js');
      return writeComparisonReport(comparison, request);
    },
  });
}
