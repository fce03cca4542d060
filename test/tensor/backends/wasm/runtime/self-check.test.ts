import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  EXPORT_NAMES,
  type WasmExports,
} from '../../../../../src/tensor/backends/wasm/runtime/generated-exports.js';
import type * as Module from '../../../../../src/tensor/backends/wasm/runtime/module.js';

/** Replaces kernels of the wide build, and of no other. */
let breakage: (exports: WasmExports, memory: WebAssembly.Memory) => Partial<WasmExports>;

vi.mock('../../../../../src/tensor/backends/wasm/runtime/module.js', async (original) => {
  const module = await original<typeof Module>();
  const instantiate: typeof module.instantiate = async (mode, memory) => {
    const exports = await module.instantiate(mode, memory);
    return mode === 'wide' ? { ...exports, ...breakage(exports, memory) } : exports;
  };
  return { ...module, instantiate };
});
vi.mock('../../../../../src/tensor/backends/wasm/runtime/is-wide-faster.js', () => ({
  isWideFaster: async () => true,
}));

beforeEach(() => {
  // What is found out once per thread is found out anew.
  vi.resetModules();
  breakage = () => ({});
});

async function firstDifference() {
  const check = await import('../../../../../src/tensor/backends/wasm/runtime/self-check/self-check.js');
  const { createWasmBackend } = await import('../../../../../src/tensor/backends/wasm/index.js');
  const [wide, relaxed] = [
    await createWasmBackend({ mode: 'wide' }),
    await createWasmBackend({ mode: 'relaxed-simd' }),
  ];
  return check.firstDifference(wide, relaxed);
}

/** All but those that only say how much room another needs. */
const KERNELS = EXPORT_NAMES.filter((name) => name !== 'heapBase' && !name.endsWith('ScratchBytes'));

describe('the self-check', () => {
  it('finds nothing in the build as it is', async () => {
    expect(await firstDifference()).toBeNull();
  });

  it('notices every kernel that does nothing', async () => {
    for (const name of KERNELS) {
      breakage = () => ({ [name]: () => 0 });
      expect(await firstDifference(), name).not.toBeNull();
    }
  });

  it('notices one wrong bit', async () => {
    breakage = ({ softmax }, memory) => ({
      softmax: (x, out, rows, columns) => {
        softmax(x, out, rows, columns);
        new Uint32Array(memory.buffer)[out / 4 + rows * columns - 1] ^= 1;
      },
    });
    expect(await firstDifference()).toBe('softmax');
  });

  it('notices a kernel that breaks', async () => {
    breakage = () => ({
      swiglu: () => {
        throw new WebAssembly.RuntimeError('unreachable');
      },
    });
    expect(await firstDifference()).toBe('swiglu');
  });
});

describe('auto, where the wide build is faster', () => {
  const told: string[] = [];

  async function modes(tell?: (line: string) => void): Promise<string[]> {
    const { createBackend, tryWide } = await import('../../../../../src/tensor/index.js');
    tryWide(tell);
    const [first, second] = [await createBackend('wasm'), await createBackend('wasm')];
    return [first.mode, second.mode];
  }

  beforeEach(() => {
    told.length = 0;
  });

  it('takes it without a word if it passes', async () => {
    expect(await modes((line) => told.push(line))).toEqual(['wide', 'wide']);
    expect(told).toEqual([]);
  });

  it('takes the next best if it does not, and says so once', async () => {
    breakage = () => ({ adamStep: () => {} });
    expect(await modes((line) => told.push(line))).toEqual(['relaxed-simd', 'relaxed-simd']);
    expect(told).toEqual([
      'wasm: the build wide fails its self-check in adamStepInPlace, relaxed-simd runs instead',
    ]);
  });

  it('takes the next best if it cannot be opened', async () => {
    breakage = () => {
      throw new RangeError('no room');
    };
    expect(await modes((line) => told.push(line))).toEqual(['relaxed-simd', 'relaxed-simd']);
    expect(told).toEqual([
      'wasm: the build wide fails its self-check at its start (no room), relaxed-simd runs instead',
    ]);
  });

  it('says so on the console if nobody else is told', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation((line) => told.push(line));
    breakage = () => ({ matmul: () => {} });
    expect(await modes()).toEqual(['relaxed-simd', 'relaxed-simd']);
    warn.mockRestore();
    expect(told).toEqual(['wasm: the build wide fails its self-check in matmul, relaxed-simd runs instead']);
  });
});
