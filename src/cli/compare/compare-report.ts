/** The report of a comparison for browsers. */
import { join } from 'node:path';
import type { Comparison } from '../../experiments/compare/comparison.js';
import type { ModelReport } from '../../experiments/inspect/model-report.js';
import type { LengthReport } from '../../experiments/length/length-report.js';
import { comparedCheckpoints, comparisonReport } from '../../experiments/report/comparison-report.js';
import { writeReport } from '../../experiments/report/node/write-report.js';
import type { Architecture } from '../../ngpt/index.js';
import { REPORT_FILE } from '../../training/log/node/run-log.js';
import { measureBlockSizes } from '../eval/block-sizes.js';
import { inspectCheckpoint } from '../inspect/inspect-checkpoint.js';
import { FIGURES_FOLDER, type ReportRequest } from '../runs/study-command.js';

/** Blocks for hidden states, and batches for the loss by position, which take a few seconds a model. */
const [BLOCKS, BATCHES, SEED] = [16, 20, 1337];

/** Returns the path of the page. @throws SphereGradError in one line where it cannot be made. */
export async function writeComparisonReport(
  comparison: Comparison,
  { outDir, command, hasModels, choice }: ReportRequest,
): Promise<string> {
  const models: ModelReport[] = [];
  const lengths: LengthReport[] = [];
  for (const run of hasModels ? comparedCheckpoints(comparison) : []) {
    const checkpoint = join(outDir, run.outDir);
    models.push((await inspectCheckpoint({ ...choice, checkpoint, blocks: BLOCKS, seed: SEED })).report);
    const blockSizes = sizesFor(comparison, run.arch);
    lengths.push(
      await measureBlockSizes({ ...choice, checkpoint, blockSizes, evalIters: BATCHES, seed: SEED }),
    );
  }
  const path = join(outDir, REPORT_FILE);
  const report = comparisonReport({ comparison, models, lengths, command });
  await writeReport(report, { path, svgDir: join(outDir, FIGURES_FOLDER) });
  return path;
}

/** The trained length, twice and four times it, as far as the validation split reaches. */
function sizesFor({ recipes, data }: Comparison, arch: Architecture): number[] {
  const { blockSize } = recipes[arch];
  return [1, 2, 4]
    .map((times) => times * blockSize)
    .filter((size) => size === blockSize || size < data.valTokens);
}
