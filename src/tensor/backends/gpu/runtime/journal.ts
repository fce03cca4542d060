import type { Block, GpuBuffer } from './block.js';

/**
 * What in-place kernels replaced, kept so that it can be brought back: blocks never change, so that costs no copy.
 * Explained in docs/learn/13-threads-and-gpu.md.
 */
export class Journal {
  private replaced: [buffer: GpuBuffer, block: Block][] = [];

  add(buffer: GpuBuffer, block: Block): void {
    this.replaced.push([buffer, block]);
  }

  /** Lets go of the old. */
  forget(): void {
    for (const [, block] of this.replaced) block.release();
    this.replaced = [];
  }

  /** Puts the old back, the last replaced first. */
  undo(): void {
    for (const [buffer, block] of this.replaced.reverse()) buffer.swap(block).release();
    this.replaced = [];
  }
}
