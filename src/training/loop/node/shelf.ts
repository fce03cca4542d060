/** Tensors that a thread lays out for the others to read. Explained in docs/learn/13-threads-and-gpu.md. */
import type { Backend, Tensor, TypedArray } from '../../../tensor/index.js';

/** Can be sent to other threads; one entry for each. */
export type ShelfMemory =
  | { readonly kind: 'addresses'; readonly addresses: readonly SharedArrayBuffer[] }
  | { readonly kind: 'copies'; readonly copies: readonly SharedArrayBuffer[] };

/** What of a member's tensors there is to know: how many, and of what size. */
type Sizes = readonly (readonly number[])[];

/** @param memories - of all members, where their backends work in shared memory. @param sizes - of each member's tensors. */
export function shelfMemory(memories: readonly WebAssembly.Memory[] | null, sizes: Sizes): ShelfMemory {
  if (memories !== null) {
    const addresses = sizes.map(({ length }) => new SharedArrayBuffer(4 * length));
    return { kind: 'addresses', addresses };
  }
  const total = (own: readonly number[]) => own.reduce((sum, size) => sum + size, 0);
  return { kind: 'copies', copies: sizes.map((own) => new SharedArrayBuffer(8 * total(own))) };
}

/** One thread's end of a shelf. Who may read when is for barriers to say. */
export interface Shelf {
  /** Lays out tensors, null for one that there is not. They must stay as they are while others read. */
  put(tensors: readonly (Tensor | null)[]): Promise<void>;
  /** Tensor `i` of a member, as long as it lies there. */
  get(member: number, i: number): TypedArray;
}

/** `memories` and `sizes` as for `shelfMemory`. */
export function openShelf(
  memory: ShelfMemory,
  index: number,
  backend: Backend,
  memories: readonly WebAssembly.Memory[] | null,
  sizes: Sizes,
): Shelf {
  if (memory.kind === 'copies') return new CopyShelf(memory.copies, index, backend, sizes);
  return new AddressShelf(memory.addresses, index, backend, memories ?? [], sizes);
}

/** Where backends work in shared memory: only where a tensor lies is written down. */
class AddressShelf implements Shelf {
  private readonly addresses: readonly Uint32Array[];

  constructor(
    addresses: readonly SharedArrayBuffer[],
    private readonly index: number,
    private readonly backend: Backend,
    private readonly memories: readonly WebAssembly.Memory[],
    private readonly sizes: Sizes,
  ) {
    this.addresses = addresses.map((buffer) => new Uint32Array(buffer));
  }

  async put(tensors: readonly (Tensor | null)[]): Promise<void> {
    for (const [i, tensor] of tensors.entries()) {
      if (tensor !== null) this.addresses[this.index][i] = this.backend.shared!.address(tensor.buffer);
    }
  }

  get(member: number, i: number): TypedArray {
    return new Float32Array(this.memories[member].buffer, this.addresses[member][i], this.sizes[member][i]);
  }
}

/** For all other backends: copies, with room for doubles. */
class CopyShelf implements Shelf {
  private readonly views: readonly TypedArray[][];

  constructor(
    copies: readonly SharedArrayBuffer[],
    private readonly index: number,
    { floatType }: Backend,
    sizes: Sizes,
  ) {
    const type: { new (buffer: SharedArrayBuffer, offset: number, length: number): TypedArray } =
      floatType === 'float64' ? Float64Array : Float32Array;
    this.views = copies.map((buffer, member) => {
      let offset = 0;
      return sizes[member].map((size) => {
        const view = new type(buffer, 8 * offset, size);
        offset += size;
        return view;
      });
    });
  }

  async put(tensors: readonly (Tensor | null)[]): Promise<void> {
    for (const [i, tensor] of tensors.entries()) {
      if (tensor !== null) this.views[this.index][i].set(await tensor.data());
    }
  }

  get(member: number, i: number): TypedArray {
    return this.views[member][i];
  }
}
