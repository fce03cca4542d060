/** SphereGrad from dist, as its users get it: `ours.ts WORKLOAD MODE THREADS`. */
import type { Tensor } from '../../../src/index.js';
import type { WasmMode } from '../../../src/tensor/backends/wasm/runtime/module.js';
import {
  type HostArray,
  type Library,
  type PreparedKernel,
  type Step,
  type StepWorkload,
  serve,
} from './host.js';

type Core = typeof import('../../../src/index.js');
type Training = typeof import('../../../src/training/node/index.js');
type ThreadStarter = typeof import('../../../src/training/loop/node/threads.js');

await serve(async ([mode, threads]) => openOurs(mode as WasmMode, Number(threads)));

async function openOurs(mode: WasmMode, threads: number): Promise<Library> {
  const core = await fromDist<Core>('index.js');
  const { allowFastSimd, canPairVectors } = await fromDist<Training>('training/node/index.js');
  // The Node that runs here decides, which need not be the one that runs the comparison.
  if (mode === 'wide' && !canPairVectors()) throw new Error('the wide build wants Node 24 or later on x64');
  allowFastSimd();
  await core.init('wasm', threads > 1 ? { mode, memory: core.createSharedMemory() } : { mode });
  const { createTensor, kernel } = kernelsOf(core);
  return {
    label: `SphereGrad ${core.currentBackend().mode}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    matmul: (hostA, hostB) => {
      const [a, b] = [createTensor(hostA), createTensor(hostB)];
      return kernel(() => a.matmul(b));
    },
    softmax: (hostX) => {
      const x = createTensor(hostX);
      return kernel(() => x.softmax());
    },
    unit: (hostX) => {
      const x = createTensor(hostX);
      return kernel(() => core.unit(x));
    },
    step: (workload) => trainingStep(mode, threads, workload),
  };
}

/** @throws Error where dist has not been built. */
async function fromDist<T>(path: string): Promise<T> {
  const url = new URL(`../../../dist/${path}`, import.meta.url).href;
  return import(url).catch((cause) => {
    throw new Error('dist cannot be loaded; npm run build makes it', { cause });
  });
}

function kernelsOf(core: Core) {
  const createTensor = ({ shape, data }: HostArray) => core.tensor(data, shape);
  const kernel = (compute: () => Tensor): PreparedKernel => ({
    run: () => compute().dispose(),
    values: async () => {
      const result = compute();
      return result.data().finally(() => result.dispose());
    },
  });
  return { createTensor, kernel };
}

/** The step of our training loop; it draws the batches of the workload by itself, and then others like them. */
async function trainingStep(
  mode: WasmMode,
  threads: number,
  { folder, settings }: StepWorkload,
): Promise<Step> {
  const { readCheckpoint, resumeTraining, trainStep } = await fromDist<Training>('training/node/index.js');
  const { startThreads } = await fromDist<ThreadStarter>('training/loop/node/threads.js');
  const { readArrays } = await import('./read-arrays.js');
  const checkpoint = await readCheckpoint(`${folder}/weights.safetensors`);
  const own = { ...checkpoint.settings, threads };
  const tokens = readArrays(`${folder}/inputs.safetensors`).get('step tokens')!.data as Int32Array;
  const state = await resumeTraining(checkpoint, own, tokens, { index: 0, size: threads });
  const start = {
    backend: 'wasm' as const,
    backendOptions: { mode },
    settings: own,
    checkpoint,
    tokens: { train: tokens, val: tokens },
  };
  const team = threads > 1 ? startThreads(state, start).team : null;
  return async () => {
    await team?.next('step');
    return trainStep(state, own, () => settings.learningRate, team);
  };
}
