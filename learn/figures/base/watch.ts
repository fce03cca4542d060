/** Watches the buffers of a backend: every one that is made, and when it is given back. */
import type { Backend, Buffer } from '../../../src/index.js';
import { BYTES_PER_ELEMENT } from '../../../src/tensor/dtype.js';

/** A buffer, from the event at which it was made to the one at which it was freed. */
export interface Life {
  readonly buffer: Buffer;
  readonly bytes: number;
  /** The kernel that made it, or `upload`. */
  readonly madeBy: string;
  readonly born: number;
  /** Null while it lives. */
  died: number | null;
}

/** What a kernel did, and what the backend itself says is in use after it. */
export interface WatchedEvent {
  readonly kind: 'made' | 'freed';
  readonly life: Life;
  readonly bytes: number;
}

export interface Watched {
  /** Does what the other does. */
  readonly backend: Backend;
  readonly lives: readonly Life[];
  readonly events: readonly WatchedEvent[];
}

export function watched(backend: Backend): Watched {
  const lives: Life[] = [];
  const events: WatchedEvent[] = [];
  const living = new Map<Buffer, Life>();
  const note = (kind: WatchedEvent['kind'], life: Life, bytes = backend.memory().bytes) =>
    events.push({ kind, life, bytes });
  /** What one kernel made: one after the other, though all are there when it returns. */
  const born = (buffers: readonly Buffer[], madeBy: string) => {
    const sizes = buffers.map(({ length, dtype }) => length * BYTES_PER_ELEMENT[dtype]);
    let counted = backend.memory().bytes - sizes.reduce((sum, size) => sum + size, 0);
    buffers.forEach((buffer, i) => {
      const life: Life = { buffer, bytes: sizes[i], madeBy, born: events.length, died: null };
      lives.push(life);
      living.set(buffer, life);
      counted += sizes[i];
      note('made', life, counted);
    });
  };
  const watching = <T extends object>(kernels: T): T =>
    Object.fromEntries(
      Object.entries(kernels).map(([name, kernel]) => [
        name,
        (...args: unknown[]) => {
          const made = kernel(...args);
          if (made !== undefined) born([made].flat(), nameOf(name, args));
          return made;
        },
      ]),
    ) as T;
  const double: Backend = Object.create(backend, {
    kernels: { value: watching(backend.kernels) },
    fused: { value: watching(backend.fused) },
    upload: {
      value: (...args: Parameters<Backend['upload']>) => {
        const buffer = backend.upload(...args);
        born([buffer], 'upload');
        return buffer;
      },
    },
    free: {
      value: (buffer: Buffer) => {
        backend.free(buffer);
        const life = living.get(buffer);
        if (life === undefined) return;
        living.delete(buffer);
        life.died = events.length;
        note('freed', life);
      },
    },
  });
  return { backend: double, lives, events };
}

/** `tanh` rather than `unary`. */
function nameOf(kernel: string, [first]: readonly unknown[]): string {
  return typeof first === 'string' ? first : kernel;
}
