/** Who takes part, and how each is started. */
import type { WasmMode } from '../../src/tensor/backends/wasm/runtime/module.js';
import { CASES, type CaseName } from './protocol.js';

/** What `--contenders` chooses by. */
export const FAMILIES = ['ours', 'tfjs', 'jax-js', 'gpu.js', 'js-pytorch', 'pytorch'] as const;
export type Family = (typeof FAMILIES)[number];

export interface Contender {
  readonly name: string;
  readonly family: Family;
  /** Its path from this folder; a `.py` is for Python. */
  readonly program: string;
  /** What the program is told on its command line. */
  readonly args: readonly string[];
  readonly cases: readonly CaseName[];
  /** Why it lacks other cases, where people will ask. */
  readonly lacks: string | null;
}

/** A mode of the wasm backend cannot be forgotten here. The best is first: others are compared with it. */
const MODES: Readonly<Record<WasmMode, true>> = { wide: true, 'relaxed-simd': true, simd: true };

const ALL = { cases: CASES, lacks: null } as const;
const KERNELS = CASES.filter((name) => name !== 'step');
/** Ours has threads in training only, so that is where PyTorch is compared with two. */
const TWO_THREADS = { cases: ['step'], lacks: null } as const;

/** In the order in which they are asked: what is compared most lies next to each other. */
export const CONTENDERS: readonly Contender[] = [
  ...Object.keys(MODES).flatMap((mode) => ours(mode as WasmMode)),
  pytorch(1),
  pytorch(2),
  library('jax-js', 'jax'),
  library('tfjs', 'tfjs'),
  { ...library('gpu.js', 'gpu'), cases: KERNELS, lacks: 'gpu.js runs kernels and knows no derivatives' },
  library('js-pytorch', 'js-pytorch'),
];

function ours(mode: WasmMode): Contender[] {
  const common = { family: 'ours', program: 'contenders/ours.ts' } as const;
  return [
    { ...common, name: `ours ${mode}`, args: [mode, '1'], ...ALL },
    { ...common, name: `ours ${mode}, 2 threads`, args: [mode, '2'], ...TWO_THREADS },
  ];
}

function pytorch(threads: 1 | 2): Contender {
  const common = { family: 'pytorch', program: 'contenders/pytorch.py', args: [String(threads)] } as const;
  if (threads === 1) return { ...common, name: 'pytorch', ...ALL };
  return { ...common, name: `pytorch, ${threads} threads`, ...TWO_THREADS };
}

function library(family: Family, file: string): Contender {
  return { name: family, family, program: `libraries/${file}.ts`, args: [], ...ALL };
}
