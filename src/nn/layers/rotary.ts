/**
 * Rotary position embedding: the table of angles, and the layer that turns queries and keys by it.
 * Explained in docs/learn/09-attention.md.
 */
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireOneOf, requirePositive } from '../../tensor/checks/values.js';
import { requireRoom } from '../../tensor/create/place.js';
import { rope, ShapeError, type Tensor, tensor } from '../../tensor/index.js';
import { checkShape } from '../../tensor/shape.js';
import { Module } from '../module.js';

/** `rotary` rotates; `released` does what the paper's released code does, which is no rotation (docs/scale-out.md). */
export type RotaryVariant = 'rotary' | 'released';

/** Options of `Rotary`. */
export interface RotaryOptions {
  /** The pair i of a head of size D turns by base^(−2i/D) per position; default 10000. */
  readonly base?: number;
  readonly variant?: RotaryVariant;
}

const ROTARY_OPTIONS: OptionNames<RotaryOptions> = { base: true, variant: true };

/**
 * The 2×2 matrices of rotary position embedding (Su and others 2021) in the form the `rope` op wants: [2, P, D],
 * where table[0] multiplies each element of a pair (x₂ᵢ, x₂ᵢ₊₁) and table[1] its partner. Row p is position p.
 *
 * With ωᵢ = base^(−2i/D), `rotary` turns pair i by the angle p·ωᵢ, so that q·k depends on the distance of their
 * positions only. `released` takes (x₂ᵢ, x₂ᵢ₊₁) to (−x₂ᵢ₊₁·Cᵢ, x₂ᵢ·Sᵢ), where S and C are the first and the second
 * half of the row sin(pω₀), cos(pω₀), sin(pω₁), cos(pω₁), …
 * @throws ShapeError unless headDim is even and at least 2, ConfigError unless base is positive.
 * @example rotaryTable(16, 8) // shape [2, 16, 8]
 */
export function rotaryTable(
  positions: number,
  headDim: number,
  base = 10000,
  variant: RotaryVariant = 'rotary',
): Tensor {
  const shape = [2, positions, headDim];
  checkShape('rotaryTable', shape);
  if (headDim < 2 || headDim % 2 !== 0) {
    throw new ShapeError(`rotaryTable: the head size must be even and at least 2, got ${headDim}`);
  }
  requirePositive('rotaryTable: the base', base);
  requireOneOf('rotaryTable: the variant', variant, ['rotary', 'released']);
  requireRoom('rotaryTable', shape);
  const fillPair = variant === 'rotary' ? rotaryPair : releasedPair;
  const values = new Float64Array(2 * positions * headDim);
  const diagonal = values.subarray(0, positions * headDim);
  const cross = values.subarray(positions * headDim);
  for (let position = 0; position < positions; position++) {
    const row = position * headDim;
    for (let i = 0; i < headDim / 2; i++) {
      const matrix = fillPair(position, i, headDim, base);
      diagonal.set([matrix[0][0], matrix[1][1]], row + 2 * i);
      cross.set([matrix[0][1], matrix[1][0]], row + 2 * i);
    }
  }
  return tensor(values, shape);
}

/** [[a, b], [c, d]]: the pair (x₀, x₁) becomes (a·x₀ + b·x₁, c·x₀ + d·x₁). */
type PairMatrix = readonly [readonly [number, number], readonly [number, number]];

function rotaryPair(position: number, pair: number, headDim: number, base: number): PairMatrix {
  const angle = position * base ** ((-2 * pair) / headDim);
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  return [
    [cosine, -sine],
    [sine, cosine],
  ];
}

function releasedPair(position: number, pair: number, headDim: number, base: number): PairMatrix {
  const sine = releasedEntry(position, pair, headDim, base);
  const cosine = releasedEntry(position, headDim / 2 + pair, headDim, base);
  return [
    [0, -cosine],
    [sine, 0],
  ];
}

/** Column `column` of the released table: sin(pω₀), cos(pω₀), sin(pω₁), cos(pω₁), … */
function releasedEntry(position: number, column: number, headDim: number, base: number): number {
  const angle = position * base ** ((-2 * Math.floor(column / 2)) / headDim);
  return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
}

/**
 * Turns queries and keys by their position; it holds the table as a buffer and has no parameters.
 * @example new Rotary(16, 4).forward(ones([2, 5, 3, 4])) // shape [2, 5, 3, 4]
 */
export class Rotary extends Module {
  readonly table: Tensor;

  /** For positions 0 … positions−1 of heads of even size. */
  constructor(positions: number, headDim: number, options: RotaryOptions = {}) {
    super();
    requireKnown('Rotary', options, ROTARY_OPTIONS);
    this.table = this.register('table', rotaryTable(positions, headDim, options.base, options.variant));
  }

  /** x [B, T, H, D] at positions offset … offset+T−1 → [B, T, H, D]. @throws ShapeError beyond the table. */
  forward(x: Tensor, offset = 0): Tensor {
    return rope(x, this.table, offset);
  }
}
