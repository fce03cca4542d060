/** A machine with registers of four float32, as WebAssembly's SIMD has them, that counts its instructions: exercise 2. */

/** What is in a register. */
export type Vector = readonly [number, number, number, number];

export class Lanes {
  /** Loads, additions, multiplications and masks so far. */
  instructions = 0;

  /** @param memory what `load` reads from; positions count its elements */
  constructor(private readonly memory: Float32Array) {}

  /** Four elements, from `at` on, of whatever is there. */
  load(at: number): Vector {
    return this.made((lane) => this.memory[at + lane]);
  }

  /** The same number four times. */
  splat(x: number): Vector {
    return this.made(() => x);
  }

  add(a: Vector, b: Vector): Vector {
    return this.made((lane) => a[lane] + b[lane]);
  }

  mul(a: Vector, b: Vector): Vector {
    return this.made((lane) => a[lane] * b[lane]);
  }

  /** The first `count` lanes, and 0 in the others: as `loadTail` in assembly/simd.ts does it, by a mask of bits. */
  first(a: Vector, count: number): Vector {
    return this.made((lane) => (lane < count ? a[lane] : 0));
  }

  /** The sum of the lanes, at the very end. */
  sum([a, b, c, d]: Vector): number {
    return Math.fround(Math.fround(a + b) + Math.fround(c + d));
  }

  private made(lane: (lane: number) => number): Vector {
    this.instructions++;
    return [0, 1, 2, 3].map((i) => Math.fround(lane(i))) as unknown as Vector;
  }
}
