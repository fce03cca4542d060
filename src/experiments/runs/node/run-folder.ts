/** Where in the out-dir of a study a run lies. */
import { join } from 'node:path';

/** In the out-dir of a study, with a folder for each run. */
export const RUNS_FOLDER = 'runs';

/** The folder of a run below that of its study. */
export function runFolder(outDir: string, name: string): string {
  return join(outDir, RUNS_FOLDER, name);
}
