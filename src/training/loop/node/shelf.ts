/** Tensors that a thread lays out for the others to read. Explained in docs/learn/13-threads-and-gpu.md. */
import type { Backend, Tensor, TypedArray } from '../../../tensor/index.js';

/** Can be sent to other threads; one entry for each. */
export type ShelfMemory = {
  /** A byte for each tensor, 1 where it lies there. */
  readonly present: readonly SharedArrayBuffer[];
} & (
  | { readonly kind: 'addresses'; readonly addresses: readonly SharedArrayBuffer[] }
  | { readonly kind: 'copies'; readonly copies: readonly SharedArrayBuffer[] }
);

/** What of a member's tensors there is to know: how many, and of what size. */
type Sizes = readonly (readonly number[])[];

/** @param memories - of all members, where their backends work in shared memory. @param sizes - of each member's tensors. */
export function shelfMemory(memories: readonly WebAssembly.Memory[] | null, sizes: Sizes): ShelfMemory {
  const present = sizes.map(({ length }) => new SharedArrayBuffer(length));
  if (memories !== null) {
    const addresses = sizes.map(({ length }) => new SharedArrayBuffer(4 * length));
    return { kind: 'addresses', present, addresses };
  }
  const total = (own: readonly number[]) => own.reduce((sum, size) => sum + size, 0);
  return { kind: 'copies', present, copies: sizes.map((own) => new SharedArrayBuffer(8 * total(own))) };
}

/** One thread's end of a shelf. Who may read when is for barriers to say. */
export interface Shelf {
  /** Lays out tensors, null for one that there is not. They must stay as they are while others read. */
  put(tensors: readonly (Tensor | null)[]): Promise<void>;
  /** Whether a member laid out its tensor `i` the last time. */
  has(member: number, i: number): boolean;
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
  const { present } = memory;
  if (memory.kind === 'copies') return new CopyShelf(present, memory.copies, index, backend, sizes);
  return new AddressShelf(present, memory.addresses, index, backend, memories ?? [], sizes);
}

/** What both ways have in common: who has laid out what. */
abstract class PlacedShelf implements Shelf {
  private readonly present: readonly Uint8Array[];

  constructor(
    present: readonly SharedArrayBuffer[],
    protected readonly index: number,
  ) {
    this.present = present.map((buffer) => new Uint8Array(buffer));
  }

  async put(tensors: readonly (Tensor | null)[]): Promise<void> {
    for (const [i, tensor] of tensors.entries()) {
      this.present[this.index][i] = tensor === null ? 0 : 1;
      if (tensor !== null) await this.place(i, tensor);
    }
  }

  has(member: number, i: number): boolean {
    return this.present[member][i] === 1;
  }

  abstract get(member: number, i: number): TypedArray;

  protected abstract place(i: number, tensor: Tensor): Promise<void> | void;
}

/** Where backends work in shared memory: only where a tensor lies is written down. */
class AddressShelf extends PlacedShelf {
  private readonly addresses: readonly Uint32Array[];

  constructor(
    present: readonly SharedArrayBuffer[],
    addresses: readonly SharedArrayBuffer[],
    index: number,
    private readonly backend: Backend,
    private readonly memories: readonly WebAssembly.Memory[],
    private readonly sizes: Sizes,
  ) {
    super(present, index);
    this.addresses = addresses.map((buffer) => new Uint32Array(buffer));
  }

  protected place(i: number, { buffer }: Tensor): void {
    this.addresses[this.index][i] = this.backend.shared!.address(buffer);
  }

  get(member: number, i: number): TypedArray {
    return new Float32Array(this.memories[member].buffer, this.addresses[member][i], this.sizes[member][i]);
  }
}

/** For all other backends: copies, with room for doubles. */
class CopyShelf extends PlacedShelf {
  private readonly views: readonly TypedArray[][];

  constructor(
    present: readonly SharedArrayBuffer[],
    copies: readonly SharedArrayBuffer[],
    index: number,
    { floatType }: Backend,
    sizes: Sizes,
  ) {
    super(present, index);
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

  protected async place(i: number, tensor: Tensor): Promise<void> {
    this.views[this.index][i].set(await tensor.data());
  }

  get(member: number, i: number): TypedArray {
    return this.views[member][i];
  }
}
