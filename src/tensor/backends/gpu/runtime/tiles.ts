/**
 * Results of programs that return four numbers per thread, as the one row of numbers that they are.
 * Explained in docs/gpu.md.
 */
import type { Handle, Value } from './block.js';
import type { RawValue } from './compiler.js';
import { type Program, program } from './program.js';

/** A result of webgpu: one buffer, in which the numbers of a thread follow each other. */
interface BufferHandle extends Handle {
  componentCount: number;
  output: number[];
}

/**
 * `raw` as `length` numbers. In webgpu that is another way to read the same memory. In the modes of WebGL a texture
 * has the four numbers of a thread in one texel, and `spread` runs a kernel that gives each its own.
 */
export function flat(raw: RawValue, length: number, spread: (texels: Handle) => Value): Value {
  if (raw instanceof Float32Array) return raw;
  if (isHostArray(raw)) return joined(raw, length);
  if (isBuffer(raw)) {
    raw.componentCount = 1;
    raw.output = [length];
    return raw;
  }
  const value = spread(raw);
  raw.delete();
  return value;
}

export const SPREAD: Program = program(
  'spread',
  'texels',
  `  const t = quotient(i, 4);
  const c = i - 4 * t;
  const texel = texels[t];
  if (c === 0) return texel[0];
  if (c === 1) return texel[1];
  if (c === 2) return texel[2];
  return texel[3];`,
);

function isHostArray(raw: RawValue): raw is readonly Float32Array[] {
  return Array.isArray(raw);
}

function isBuffer(raw: Handle | readonly Float32Array[]): raw is BufferHandle {
  return 'componentCount' in raw;
}

function joined(parts: readonly Float32Array[], length: number): Float32Array {
  const values = new Float32Array(length);
  parts.forEach((part, thread) => {
    values.set(part, 4 * thread);
  });
  return values;
}
