/** The report of a sweep for browsers. */
import { join } from 'node:path';
import { writeReport } from '../../experiments/report/node/write-report.js';
import { sweepReport } from '../../experiments/report/sweep-report.js';
import type { SizeSweep } from '../../experiments/sweep/sweep.js';
import { REPORT_FILE } from '../../training/log/node/run-log.js';
import { FIGURES_FOLDER, type ReportRequest } from '../runs/study-command.js';

/** Returns the path of the page. @throws SphereGradError in one line where it cannot be made. */
export async function writeSweepReport(
  sweep: SizeSweep,
  { outDir, command }: ReportRequest,
): Promise<string> {
  const path = join(outDir, REPORT_FILE);
  await writeReport(sweepReport(sweep, command), { path, svgDir: join(outDir, FIGURES_FOLDER) });
  return path;
}
