/** The report of a comparison for browsers. */
import { join } from 'node:path';
import type { Comparison } from '../../experiments/compare/comparison.js';
import type { ModelReport } from '../../experiments/inspect/model-report.js';
import { comparedCheckpoints, comparisonReport } from '../../experiments/report/comparison-report.js';
import { writeReport } from '../../experiments/report/node/write-report.js';
import { REPORT_FILE } from '../../training/log/node/run-log.js';
import { inspectCheckpoint } from '../inspect/inspect-checkpoint.js';
import type { BackendChoice } from '../options.js';

/** Its figures, each as a file of its own. */
const FIGURES_FOLDER = 'figures';
/** Of hidden states, where nobody says. */
const [BLOCKS, SEED] = [16, 1337];

export interface ReportRequest {
  readonly outDir: string;
  /** The command that makes the comparison. */
  readonly command: string;
  /** Whether the kept models are measured, which takes seconds. */
  readonly hasModels: boolean;
  readonly choice: BackendChoice;
}

/** Returns the path of the page. @throws SphereGradError in one line where it cannot be made. */
export async function writeComparisonReport(
  comparison: Comparison,
  { outDir, command, hasModels, choice }: ReportRequest,
): Promise<string> {
  const models: ModelReport[] = [];
  for (const run of hasModels ? comparedCheckpoints(comparison) : []) {
    const checkpoint = join(outDir, run.outDir);
    models.push((await inspectCheckpoint({ ...choice, checkpoint, blocks: BLOCKS, seed: SEED })).report);
  }
  const path = join(outDir, REPORT_FILE);
  const report = comparisonReport({ comparison, models, lengths: [], command });
  await writeReport(report, { path, svgDir: join(outDir, FIGURES_FOLDER) });
  return path;
}
