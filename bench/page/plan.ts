/** What the page measures, and on what. */
import { type Backend, type BackendMode, createBackend, modelConfig } from '../../src/index.js';
import { PRESETS } from '../../src/training/settings/settings.js';
import { type Case, matmulCase, trainingStepCase } from '../cases.js';

const BACKENDS = [
  ['wasm', 'auto'],
  ['gpu', 'webgl2'],
  ['gpu', 'webgpu'],
] as const satisfies readonly (readonly ['wasm' | 'gpu', BackendMode])[];

export interface Plan {
  readonly cases: readonly Case[];
  readonly description: string;
  /** How long to measure each case, in milliseconds. */
  readonly timeMs: number;
}

/** From the address of the page: `?time=100&sizes=64,128&layers=1&batch=2` measures less. */
export function planOf(parameters: URLSearchParams): Plan {
  const { nLayer, nHead, nEmbd, blockSize, batchSize } = PRESETS['nano-cpu'];
  const numbers = (name: string, usual: string) => (parameters.get(name) ?? usual).split(',').map(positive);
  const sizes = numbers('sizes', '64,128,256,512,1024');
  const [layers] = numbers('layers', String(nLayer));
  const [batch] = numbers('batch', String(batchSize));
  const [timeMs] = numbers('time', '500');
  const config = modelConfig({ vocabSize: 65, nLayer: layers, nHead, nEmbd, blockSize });
  return {
    cases: [...sizes.map(matmulCase), trainingStepCase('nano-cpu', config, batch)],
    description:
      `Matrix products, and a training step of nGPT (${layers} ${layers === 1 ? 'layer' : 'layers'}, width ${nEmbd}, ` +
      `blocks of ${blockSize} characters, batches of ${batch}: forward, backward, clipping, Adam, normalization). ` +
      'Medians; longer bars are faster.',
    timeMs,
  };
}

/** @throws Error for anything but a whole number above zero. */
function positive(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Error(`the address of this page wants whole numbers above 0, got '${text}'`);
}

/** The backends that run here, and why the others do not. */
export async function openBackends(): Promise<{ backends: Backend[]; missing: string[] }> {
  const backends: Backend[] = [];
  const missing: string[] = [];
  for (const [name, mode] of BACKENDS) {
    try {
      backends.push(await createBackend(name, { mode }));
    } catch (error) {
      // Behind the semicolon stands what to do on the command line.
      missing.push(messageOf(error).split(';')[0]);
    }
  }
  return { backends, missing };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
