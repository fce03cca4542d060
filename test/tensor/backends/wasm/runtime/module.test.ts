import { describe, expect, it } from 'vitest';
import { EXPORT_NAMES } from '../../../../../src/tensor/backends/wasm/runtime/generated-exports.js';
import {
  instantiate,
  requireKernels,
  type WasmMode,
} from '../../../../../src/tensor/backends/wasm/runtime/module.js';
import { BackendError } from '../../../../../src/tensor/errors.js';

const MODES: readonly WasmMode[] = ['simd', 'relaxed-simd', 'wide'];

describe.each(MODES)('the build for %s', (mode) => {
  const built = instantiate(mode, new WebAssembly.Memory({ initial: 16, maximum: 65_536 }));

  it('exports the kernels that were generated with it, and nothing else', async () => {
    expect(Object.keys(await built).sort()).toEqual([...EXPORT_NAMES].sort());
  });

  it('is refused with the names of all kernels that it lacks', async () => {
    const { softmax, rope, ...rest } = await built;
    expect(() => requireKernels({ ...rest, softmax, rope })).not.toThrow();
    expect(() => requireKernels({ ...rest, softmax })).toThrow(BackendError);
    expect(() => requireKernels(rest)).toThrow(
      'wasm: the build lacks rope, softmax; npm run build:wasm makes it anew',
    );
  });

  it('is refused where it has something else under the name of a kernel', async () => {
    const exports = { ...(await built), matmul: new WebAssembly.Global({ value: 'i32' }) };
    expect(() => requireKernels(exports)).toThrow('wasm: the build lacks matmul;');
  });
});
