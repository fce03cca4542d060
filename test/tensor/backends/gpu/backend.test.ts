import { describe, expect, it } from 'vitest';
import { crossEntropyBackward } from '../../../../src/autograd/fused-derivatives.js';
import {
  assignInPlace,
  concat,
  createBackend,
  scope,
  type Tensor,
  tensor,
  withBackend,
} from '../../../../src/index.js';
import { createGpuBackend, type GpuBackend } from '../../../../src/tensor/backends/gpu/index.js';
import { rowLosses } from '../../../../src/tensor/ops/fused.js';
import { verifyReferenceRun } from '../../../../src/training/verify/verify.js';
import { expectAgreement } from '../../../helpers/kernels/agreement.js';
import { FUSED } from '../../../helpers/kernels/fused-cases.js';
import { normal } from '../../../helpers/kernels/kernel-values.js';
import { SHARED_RUNS, sharedRun } from '../../../helpers/models/reference-runs.js';
import { Draw } from '../../../helpers/values/draw.js';
import { EXACT, ofLargest } from '../../../helpers/values/tolerance.js';

const reference = await createBackend('reference', { dtype: 'float64' });
const subjects: readonly (readonly [mode: string, backend: GpuBackend])[] = [
  ['cpu', await createGpuBackend({ mode: 'cpu' })],
  ['webasm', await createGpuBackend({ mode: 'webasm' })],
];

/** What the counters say that `f` cost. */
function costOf(backend: GpuBackend, f: () => void) {
  const before = backend.counters();
  f();
  const after = backend.counters();
  return {
    uploads: after.uploads - before.uploads,
    readbacks: after.readbacks - before.readbacks,
    launches: after.launches - before.launches,
    compiled: after.compiled - before.compiled,
  };
}

function on<T>(backend: GpuBackend, f: () => T): T {
  return withBackend(backend, f);
}

describe.each(subjects)('gpu in mode %s', (mode, backend) => {
  it('says which mode runs', () => expect([backend.name, backend.mode]).toEqual(['gpu', mode]));

  // 256 elements are one stage, 65,536 two: their neighbours are where a stage is cut short.
  it.each([255, 256, 257, 600, 65_537])('reduces %i elements in stages', async (length) => {
    const subject = { inputs: [normal(new Draw(length), [2, length, 3])], tolerance: ofLargest(2e-6, 1) };
    await expectAgreement(backend, reference, { ...subject, f: (x) => [x.sum(1), x.sum(0)] });
    await expectAgreement(backend, reference, { ...subject, f: (x) => [x.max(1), x.argmax(1), x.max()] });
    await expectAgreement(backend, reference, { ...subject, f: (x) => [x.abs().sum([0, 2])] });
    await expectAgreement(backend, reference, { ...subject, f: (x) => [x.cumsum(1), x.cumsum(1, true)] });
  });

  it('joins more tensors than a kernel takes', async () => {
    const inputs = Array.from({ length: 20 }, (_, i) => ({
      values: Float64Array.from({ length: 2 * (i % 3) }, (_, j) => 100 * i + j),
      shape: [2, i % 3],
    }));
    const f = (...xs: Tensor[]) => [concat(xs, 1)];
    await expectAgreement(backend, reference, { inputs, f, tolerance: EXACT });
  });

  it('compiles once per program and shapes', () => {
    const [a, b] = on(backend, () => [tensor([1, 2, 3]), tensor([4, 5, 6])]);
    const add = () => scope(() => void a.add(b));
    add();
    expect(costOf(backend, add)).toEqual({ uploads: 0, readbacks: 0, launches: 1, compiled: 0 });
    for (const x of [a, b]) x.dispose();
  });

  it('copies, widens integers and overwrites without a launch', async () => {
    const [x, y] = on(backend, () => [tensor([1, 2, 3]), tensor([7, 8, 9])]);
    const copied = x.mul(1);
    const { bytes } = backend.memory();
    const cost = costOf(backend, () => assignInPlace(x, y));
    expect(cost).toEqual({ uploads: 0, readbacks: 0, launches: 0, compiled: 0 });
    // The two share one block now, and what x held is gone.
    expect(backend.memory().bytes).toBe(bytes - 12);
    y.dispose();
    expect(backend.memory().bytes).toBe(bytes - 12);
    expect(await x.data()).toEqual(Float32Array.of(7, 8, 9));
    expect(await copied.data()).toEqual(Float32Array.of(1, 2, 3));
    for (const z of [x, copied]) z.dispose();
  });

  it('keeps tensors apart that shared a block', async () => {
    const [x, y] = on(backend, () => [tensor([1, 2]), tensor([3, 4])]);
    assignInPlace(x, y);
    backend.write(y.buffer, Float32Array.of(5, 6));
    expect(await x.data()).toEqual(Float32Array.of(3, 4));
    expect(await y.data()).toEqual(Float32Array.of(5, 6));
    for (const z of [x, y]) z.dispose();
  });

  it('does not see later changes of uploaded or read arrays', async () => {
    const values = Float32Array.of(1, 2);
    const buffer = backend.upload(values, 'float32');
    values[0] = 9;
    (await backend.read(buffer))[1] = 9;
    expect(await backend.read(buffer)).toEqual(Float32Array.of(1, 2));
    expect(backend.readSync?.(buffer)).toEqual(Float32Array.of(1, 2));
    backend.free(buffer);
  });

  it('has fused kernels for all but RMSNorm, which runs as defined', () => {
    const defined = Object.keys(FUSED).filter((name) => !(name in backend.fused));
    expect(defined).toEqual(['rmsNorm', 'rmsNormBackward']);
  });

  it('treats a target outside the classes as the definition does', async () => {
    const inputs = [
      { values: Float64Array.of(2, 3, 4), shape: [3] },
      { values: Float64Array.of(1, 0, 2, -1, 0.5, 0), shape: [3, 2] },
      { values: Int32Array.of(5, -1, 1), shape: [3] },
    ];
    const f = (g: Tensor, x: Tensor, targets: Tensor) => [
      rowLosses(x, targets, -1),
      crossEntropyBackward(g, x, targets, -1),
    ];
    await expectAgreement(backend, reference, { inputs, f, tolerance: ofLargest(1e-6, 1) });
  });

  it('frees everything', async () => {
    const before = backend.memory();
    scope(() => {
      const x = on(backend, () => tensor([1, 2, 3, 4], [2, 2]));
      x.matmul(x).sum([0]).cast('int32').cast('float32');
    });
    expect(backend.memory()).toEqual(before);
  });

  it('refuses a buffer that was freed, or is of another backend', () => {
    const buffer = backend.upload(Float32Array.of(1), 'float32');
    backend.free(buffer);
    expect(() => backend.free(buffer)).toThrow(/a float32 buffer of 1 elements was freed/);
    const foreign = reference.upload(Float32Array.of(1), 'float32');
    expect(() => backend.free(foreign)).toThrow(/is of another backend/);
    reference.free(foreign);
  });

  it('takes the integers that float32 holds, and no others', async () => {
    const exact = Int32Array.of(2 ** 24, -(2 ** 24), 0, 1);
    const buffer = backend.upload(exact, 'int32');
    expect(await backend.read(buffer)).toEqual(exact);
    backend.free(buffer);
    expect(() => backend.upload(Int32Array.of(2 ** 24 + 1), 'int32')).toThrow(/cannot hold 16777217/);
  });

  it('casts to the ends of int32', async () => {
    const values = [3e9, -3e9, Number.NaN, Infinity, -1.9];
    const x = on(backend, () => tensor(values));
    const y = x.cast('int32');
    expect([...(await y.data())]).toEqual([2 ** 31 - 1, -(2 ** 31), 0, 2 ** 31 - 1, -1]);
    for (const z of [x, y]) z.dispose();
  });

  it('has no float64 and refuses values that do not fit', () => {
    expect(() => backend.upload(new Float64Array(1), 'float64')).toThrow(/not float64/);
    const buffer = backend.upload(new Float32Array(2), 'float32');
    expect(() => backend.write(buffer, new Float32Array(3))).toThrow(/3 values for a buffer of 2/);
    backend.free(buffer);
  });

  it('refuses a tensor larger than positions can count', () => {
    const shape = [2 ** 24 + 1];
    expect(() => backend.kernels.fill(shape, 0, 'float32')).toThrow(
      /the result of fill of 16777217 elements is too large; .* 16777216 is the limit/,
    );
  });

  it.each(SHARED_RUNS)('trains as the reference run %s says', async (name) => {
    const report = await verifyReferenceRun(sharedRun(name), backend);
    expect(report.misses).toEqual([]);
    expect(backend.memory().buffers).toBe(0);
  });
});

describe('createGpuBackend', () => {
  it('takes a mode that answers by itself', async () => {
    const { mode } = await createBackend('gpu');
    expect(['webgpu', 'webgl2', 'headlessgl', 'webasm', 'cpu']).toContain(mode);
  });

  it('refuses modes that do not exist or do not run, and float64', async () => {
    await expect(createGpuBackend({ mode: 'cuda' as 'cpu' })).rejects.toThrow(
      /mode must be auto, webgpu.* got cuda/,
    );
    // Node has no WebGL2.
    await expect(createGpuBackend({ mode: 'webgl2' })).rejects.toThrow(/webgl2 does not run here/);
    await expect(createGpuBackend({ dtype: 'float64' })).rejects.toThrow(/must be float32, got float64/);
  });
});
