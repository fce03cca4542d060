import type { Backend, Buffer } from './backend.js';
import { LifetimeError } from './errors.js';

/** Storages alive right now, over all backends; leak tests compare it before and after. */
let liveCount = 0;

interface Held {
  readonly backend: Backend;
  readonly buffer: Buffer;
}

// The safety net, not the plan: buffers whose last handle was dropped without `dispose` go back here.
const forgotten = new FinalizationRegistry<Held>(({ backend, buffer }) => {
  liveCount--;
  backend.free(buffer);
});

/** A buffer with a count of the handles that share it; the last one to let go frees it. */
export class Storage {
  private handles = 1;
  /** Counts in-place changes, so that autograd notices when a tensor it saved was overwritten. */
  version = 0;

  constructor(
    readonly backend: Backend,
    readonly buffer: Buffer,
  ) {
    liveCount++;
    forgotten.register(this, { backend, buffer }, this);
  }

  retain(): this {
    if (this.handles === 0) throw new LifetimeError('the storage was freed');
    this.handles++;
    return this;
  }

  release(): void {
    if (--this.handles > 0) return;
    liveCount--;
    forgotten.unregister(this);
    this.backend.free(this.buffer);
  }
}

/** How many buffers tensors hold right now, over all backends. */
export function liveBuffers(): number {
  return liveCount;
}
