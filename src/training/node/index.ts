/** The door to training for Node: everything in `../`, and what needs files and threads. */
export * from '../batches.js';
export * from '../checkpoint.js';
export * from '../data.js';
export * from '../evaluate.js';
export type * from '../events.js';
export { readSafetensors, type SafetensorsFile, writeSafetensors } from '../safetensors.js';
export * from '../settings.js';
export * from '../tokenizer.js';
export * from '../train-step.js';
export { type TrainingRun, train } from '../trainer.js';
export * from '../training-state.js';
export {
  BEST_CHECKPOINT,
  LAST_CHECKPOINT,
  PREVIOUS_BEST,
  PREVIOUS_CHECKPOINT,
  prepareOutDir,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint-file.js';
export { loadDataset, MOBY_DICK } from './load-dataset.js';
export { mobyDick } from './moby-dick.js';
export { readNanogptFolder } from './nanogpt-folder.js';
export { allowRelaxedSimd } from './relaxed-simd.js';
export {
  EXPORT_FILES,
  exportRun,
  type ImportedRun,
  type ImportRequest,
  importRun,
} from './released-files.js';
export { openRun, type Run, type RunRequest } from './run.js';
export { readSafetensorsFile, SafetensorsReader, type TensorInfo } from './safetensors-file.js';
export { readTextFile } from './text-file.js';
