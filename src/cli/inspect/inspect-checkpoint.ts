/** One checkpoint, read and measured for `ngpt inspect`. Explained in docs/experiments.md. */
import type { ModelReport } from '../../experiments/inspect/model-report.js';
import { ConfigError } from '../../tensor/index.js';
import type { TokenizerDescription } from '../../training/node/index.js';
import { chosenPath, noteOnStderr, openCheckpoint, openDataset } from '../open-checkpoint.js';
import type { BackendChoice, CheckpointChoice } from '../options.js';
import { slowProgress } from '../slow-progress.js';

export interface InspectChoice extends BackendChoice, CheckpointChoice {
  data?: readonly string[];
  blocks: number;
  seed: number;
}

/** Measures a checkpoint; says on stderr how far it is where that takes long. */
export async function inspectCheckpoint(choice: InspectChoice): Promise<Inspected> {
  const { data, blocks, seed } = choice;
  const opened = await openCheckpoint(choice);
  const { checkpoint, model, tokenizer } = opened;
  try {
    const { name, val } = await openDataset(opened, data, model.config.blockSize);
    // Only here: other commands start without the linear algebra.
    const { inspectModel } = await import('../../experiments/inspect/inspect-model.js');
    const report = await inspectModel(model, {
      ...{ checkpoint: await chosenPath(choice), step: checkpoint.step, data: name, tokens: val },
      ...{ blocks, seed, onProgress: slowProgress('inspecting', noteOnStderr) },
    });
    return { report, tokens: tokenizer.describe() };
  } finally {
    model.dispose();
  }
}

export interface Inspected {
  readonly report: ModelReport;
  /** What the numbers of tokens stand for. */
  readonly tokens: TokenizerDescription;
}

/** @throws ConfigError where two models read different tokens: nothing of theirs compares then. */
export function requireSameTokens(first: Inspected, other: Inspected): void {
  if (JSON.stringify(first.tokens) === JSON.stringify(other.tokens)) return;
  throw new ConfigError(
    `${other.report.checkpoint} has another vocabulary than ${first.report.checkpoint}: they do not compare; inspect each by itself`,
  );
}
