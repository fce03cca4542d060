/** gpu.js by itself, kernels as its documentation writes them: `gpu.ts WORKLOAD`. */
import { GPU, type IKernelRunShortcut } from 'gpu.js';
import { type HostArray, type Library, type PreparedKernel, serve } from '../contenders/host.js';

/** The faster of those that need no GPU. */
const MODE = 'webasm';

// As text: a compiler that renames or wraps what is inside breaks them.
const MATMUL = `function (a, b) {
  let sum = 0;
  for (let k = 0; k < this.constants.size; k++) {
    sum += a[this.thread.y * this.constants.size + k] * b[k * this.constants.size + this.thread.x];
  }
  return sum;
}`;
const SOFTMAX = `function (x) {
  const start = this.thread.y * this.constants.size;
  let most = x[start];
  for (let i = 1; i < this.constants.size; i++) most = Math.max(most, x[start + i]);
  let sum = 0;
  for (let i = 0; i < this.constants.size; i++) sum += Math.exp(x[start + i] - most);
  return Math.exp(x[start + this.thread.x] - most) / sum;
}`;
const UNIT = `function (x) {
  const start = this.thread.y * this.constants.size;
  let sum = 0;
  for (let i = 0; i < this.constants.size; i++) sum += x[start + i] * x[start + i];
  return x[start + this.thread.x] / Math.sqrt(sum);
}`;

await serve(async () => openGpu());

function openGpu(): Library {
  const gpu = new GPU({ mode: MODE });
  return {
    label: `gpu.js ${MODE}`,
    matmul: (a, b) => kernel(gpu, MATMUL, a.shape, [a, b]),
    softmax: (x) => kernel(gpu, SOFTMAX, x.shape, [x]),
    unit: (x) => kernel(gpu, UNIT, x.shape, [x]),
    step: null,
  };
}

/** One thread for every element of a result with rows of the length of those of the operands. */
function kernel(
  gpu: GPU,
  source: string,
  shape: readonly number[],
  operands: readonly HostArray[],
): PreparedKernel {
  const [rows, size] = shape;
  const compiled: IKernelRunShortcut = gpu.createKernel(source, {
    output: [size, rows],
    constants: { size },
    precision: 'single',
  });
  const values = operands.map(({ data }) => Float32Array.from(data));
  const compute = async () => (await compiled(...values)) as Float32Array[];
  const read = async () => {
    const rows = await compute();
    requireMode(compiled);
    return rows.flatMap((row) => Array.from(row));
  };
  return { run: async () => void (await compute()), values: read };
}

/** It falls back to another mode without a word. */
function requireMode({ kernel }: IKernelRunShortcut & { readonly kernel?: object }): void {
  const ran = (kernel?.constructor as { readonly mode?: string } | undefined)?.mode;
  if (ran !== MODE) throw new Error(`gpu.js ran ${ran} instead of ${MODE}`);
}
