/** How large a run is, before anything is allocated for it. */
import type { ModelConfig } from '../../ngpt/index.js';
import { ConfigError } from '../../tensor/index.js';

/** WebAssembly's address space; a float32 takes four bytes of it. */
const WASM_FLOATS = 2 ** 30;
/** For each parameter its gradient and Adam's two moments. */
const FLOATS_PER_PARAMETER = 4;

/** Parameters of the matrices; the scales and norm weights, a few thousandths, are left out. */
export function matrixParameters({ vocabSize, nLayer, nEmbd, dMlp, tieWeights }: ModelConfig): number {
  const tables = (tieWeights ? 1 : 2) * vocabSize * nEmbd;
  return tables + nLayer * (4 * nEmbd ** 2 + 3 * nEmbd * dMlp);
}

/** @throws ConfigError for a model or a batch that cannot fit in the memory of a backend here. */
export function requireTrainable(config: ModelConfig, batchSize: number): void {
  const parameters = matrixParameters(config);
  if (parameters * FLOATS_PER_PARAMETER > WASM_FLOATS) {
    throw new ConfigError(
      `a model of ${millions(parameters)} parameters needs ${gibibytes(parameters * FLOATS_PER_PARAMETER)} GiB to train, ` +
        'more than the 4 GiB of WebAssembly; use fewer layers or a smaller nEmbd, or train it elsewhere (docs/scale-out.md)',
      { settings: ['nEmbd'] },
    );
  }
  const tokens = batchSize * config.blockSize;
  const logits = tokens * config.vocabSize;
  const widest = tokens * 2 * config.dMlp;
  const largest = Math.max(logits, widest);
  if (largest > WASM_FLOATS) {
    throw new ConfigError(
      `a batch of ${tokens} tokens needs ${gibibytes(largest)} GiB for a single tensor, ` +
        'more than the 4 GiB of WebAssembly; use a smaller batchSize or blockSize',
      { settings: ['batchSize', 'blockSize'] },
    );
  }
}

function millions(count: number): string {
  return `${Math.round(count / 1e6).toLocaleString('en')} million`;
}

function gibibytes(floats: number): string {
  return (floats / 2 ** 28).toLocaleString('en', { maximumFractionDigits: 1 });
}
