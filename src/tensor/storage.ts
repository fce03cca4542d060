/**
 * Buffers with a count of their users, and the net for those that nobody disposed of.
 * Explained in docs/learn/02-tape.md.
 */
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

/**
 * The living that are not in the net yet. Nothing falls into the net before the turn of the event loop is over, and
 * most storages are gone by then: they need no registering, which takes longer than a small kernel.
 */
let young: Storage[] = [];
let isNetDue = false;

/** Where among the young a storage stands that is not there. */
const IN_NET = -1;

function spreadNet(): void {
  const storages = young;
  young = [];
  isNetDue = false;
  for (const storage of storages) storage.enterNet();
}

/** A buffer with a count of the handles that share it; the last one to let go frees it. */
export class Storage {
  private handles = 1;
  /** Its place among the young. */
  private place: number;
  /** Counts in-place changes, so that autograd notices when a tensor it saved was overwritten. */
  version = 0;

  constructor(
    readonly backend: Backend,
    readonly buffer: Buffer,
  ) {
    liveCount++;
    if (!isNetDue) queueMicrotask(spreadNet);
    isNetDue = true;
    this.place = young.push(this) - 1;
  }

  retain(): this {
    if (this.handles === 0) throw new LifetimeError('the storage was freed');
    this.handles++;
    return this;
  }

  release(): void {
    if (--this.handles > 0) return;
    liveCount--;
    if (this.place === IN_NET) forgotten.unregister(this);
    else this.leaveYoung();
    this.backend.free(this.buffer);
  }

  /** From now on the buffer is freed when this object is garbage. */
  enterNet(): void {
    const { backend, buffer } = this;
    this.place = IN_NET;
    forgotten.register(this, { backend, buffer }, this);
  }

  /** The last of them takes its place. */
  private leaveYoung(): void {
    const last = young.pop();
    if (last === undefined || last === this) return;
    last.place = this.place;
    young[this.place] = last;
  }
}

/** How many buffers tensors hold right now, over all backends. */
export function liveBuffers(): number {
  return liveCount;
}
