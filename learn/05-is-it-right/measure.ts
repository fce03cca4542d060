/** How wrong differences are, for a function whose derivative is known by a formula. */
import { createBackend, scope, type Tensor, tensor } from '../../src/index.js';

/** 1 / (1 + x²): of additions, multiplications and one division, so that every machine computes the same digits. */
function bump(x: Tensor): Tensor {
  return x.square().add(1).reciprocal();
}

/** Its derivative, by hand: −2x / (1 + x²)². */
function bumpSlope(x: number): number {
  return (-2 * x) / (1 + x * x) ** 2;
}

/** Points from 0 to 1, with few binary digits, so that x ± ε is exact as long as ε is a power of two. */
const POINTS = Array.from({ length: 32 }, (_, i) => i / 32);

/** A difference quotient: the derivatives at all points from the values of f, each point moved by as much. */
type Quotient = (f: (shift: number) => Float64Array, step: number) => Float64Array;

const forward: Quotient = (f, step) => {
  const here = f(0);
  return f(step).map((right, i) => (right - here[i]) / step);
};

const central: Quotient = (f, step) => {
  const left = f(-step);
  return f(step).map((right, i) => (right - left[i]) / (2 * step));
};

/** What `gradcheck` takes. */
const fivePoint: Quotient = (f, step) => {
  const wide = central(f, 2 * step);
  return central(f, step).map((narrow, i) => (4 * narrow - wide[i]) / 3);
};

export interface Measured {
  /** The step is 2 to this. */
  readonly power: number;
  readonly step: number;
  /** Of the derivatives at all points the largest that is missing or too much. */
  readonly error: number;
}

/** As many of the steps 2⁻¹, 2⁻², … as leave x ± ε exact, and a few that are of no use any more. */
const STEPS = { float32: 18, float64: 46 } as const;

/** The errors of a quotient for steps of 2⁻¹, 2⁻², … */
async function errorsOf(quotient: Quotient, dtype: keyof typeof STEPS): Promise<Measured[]> {
  const backend = await createBackend('reference', { dtype });
  const f = (shift: number): Float64Array =>
    scope(() => {
      const moved = POINTS.map((x) => x + shift);
      return Float64Array.from(bump(tensor(moved, [moved.length], { backend })).dataSync());
    });
  return Array.from({ length: STEPS[dtype] }, (_, i) => {
    const step = 2 ** -(i + 1);
    const found = quotient(f, step);
    const errors = POINTS.map((x, at) => Math.abs(found[at] - bumpSlope(x)));
    return { power: -(i + 1), step, error: Math.max(...errors) };
  });
}

export interface Column {
  readonly name: string;
  readonly errors: readonly Measured[];
}

/** All that the chapter compares. */
export async function measure(): Promise<Column[]> {
  return [
    { name: 'forward', errors: await errorsOf(forward, 'float64') },
    { name: 'central', errors: await errorsOf(central, 'float64') },
    { name: 'five-point', errors: await errorsOf(fivePoint, 'float64') },
    { name: 'central, float32', errors: await errorsOf(central, 'float32') },
  ];
}

/** The one of least error. */
export function best(all: readonly Measured[]): Measured {
  return all.reduce((least, each) => (each.error < least.error ? each : least));
}
