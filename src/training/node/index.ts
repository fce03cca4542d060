/** The door to training for Node: everything in `../`, and what needs files and threads. */

// What Tensor has from it comes along, whatever a bundler leaves of this file.
import '../../autograd/index.js';

// What the signatures speak of.
export type { Architecture, GenerateOptions, LanguageModel, ModelConfig } from '../../ngpt/index.js';
export type { Adam, HostTensor, RotaryVariant, Schedule, StateDict } from '../../nn/index.js';
export type {
  Backend,
  BackendMode,
  BackendName,
  BackendOptions,
  GeneratorState,
  Tensor,
} from '../../tensor/index.js';
export {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  type LoadedModel,
  loadModel,
} from '../checkpoint/checkpoint.js';
export type { CheckpointMetadata } from '../checkpoint/metadata.js';
export {
  BEST_CHECKPOINT,
  bestIn,
  LAST_CHECKPOINT,
  PREVIOUS_BEST,
  PREVIOUS_CHECKPOINT,
  readCheckpoint,
  writeCheckpoint,
} from '../checkpoint/node/checkpoint-file.js';
export type { OlderRun } from '../checkpoint/node/older-run.js';
export { readSafetensorsFile, SafetensorsReader } from '../checkpoint/node/safetensors-file.js';
export { readSafetensors, type SafetensorsFile, writeSafetensors } from '../checkpoint/safetensors.js';
export type { SafetensorsDtype } from '../checkpoint/safetensors-dtype.js';
export type { TensorInfo } from '../checkpoint/safetensors-header.js';
export { type Batch, BatchSampler, batchesOver, batchTensors, type SamplerState } from '../data/batches.js';
export * from '../data/char-tokenizer.js';
export { type DataSource, STDIN, type StoredData } from '../data/data-source.js';
export { type Dataset, type Tokens, TRAIN_FRACTION, textDataset } from '../data/dataset.js';
export * from '../data/load-tokenizer.js';
export { loadDataset, MOBY_DICK } from '../data/node/load-dataset.js';
export { mobyDick } from '../data/node/moby-dick.js';
export { readNanogptFolder } from '../data/node/nanogpt-folder.js';
export { loadStoredDataset } from '../data/node/stored-data.js';
export { readTextFile } from '../data/node/text-file.js';
export * from '../data/number-tokenizer.js';
export type { Tokenizer, TokenizerDescription } from '../data/tokenizer.js';
export {
  type EvaluateOptions,
  estimateLoss,
  type FullLoss,
  fullLoss,
  type Losses,
  type StopRequested,
} from '../loop/evaluate.js';
export type * from '../loop/events.js';
export * from '../loop/train-step.js';
export { type TrainingRun, train } from '../loop/trainer.js';
export {
  newTraining,
  resumeTraining,
  type TrainingState,
  takeCheckpoint,
  trainingFromWeights,
} from '../loop/training-state.js';
export { EXPORT_FILES, type ExportLayout, RELEASED_FILES } from '../released/node/export-files.js';
export {
  exportConfiguration,
  exportRun,
  type ImportedRun,
  type ImportRequest,
  importRun,
} from '../released/node/released-files.js';
export { type ContinueOptions, continueText } from '../sampling/continue-text.js';
export {
  CONFIGURATIONS,
  configurationSettings,
  learningRateSchedule,
  PRESETS,
  presetSettings,
  type TokenizerName,
  type TrainSettings,
  trainSettings,
} from '../settings/settings.js';
export { allowFastSimd, canPairVectors, startFast } from './fast-simd.js';
export { allowRelaxedSimd } from './relaxed-simd.js';
export { type ResolvedRun, type RunRequest, resolveRun } from './resolve-run.js';
export { openRun, type Run } from './run.js';
