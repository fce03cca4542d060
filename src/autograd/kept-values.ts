import { LifetimeError, type Tensor } from '../tensor/index.js';

/**
 * Values that a node keeps for its derivative, on which later changes in place are noticed.
 * Explained in docs/learn/02-tape.md.
 */
export class KeptValues {
  private values: readonly Tensor[] | null;
  private readonly versions: readonly number[];

  /** `owner` is what errors call the node. */
  constructor(
    private readonly owner: string,
    values: readonly Tensor[],
  ) {
    // Bare handles, in no scope and without history: the node's own parents are the history.
    this.values = values.map((x) => x.detach(x.shape, false));
    this.versions = values.map((x) => x.version);
  }

  /** Null once they were freed: to look at, not to hold on to. */
  get current(): readonly Tensor[] | null {
    return this.values;
  }

  /** To read at once, not to hold on to. @throws LifetimeError naming `op` after they were freed or overwritten. */
  read(op: string): readonly Tensor[] {
    const { values, versions, owner } = this;
    if (values === null) {
      throw new LifetimeError(
        `${op}: the values saved for ${owner} were freed by an earlier backward pass; ask for keepGraph there`,
      );
    }
    for (let i = 0; i < values.length; i++) {
      if (values[i].version === versions[i]) continue;
      throw new LifetimeError(`${op}: a tensor that ${owner} saved was changed in place since`);
    }
    return values;
  }

  /** Fresh handles without history. @throws LifetimeError as `read`. */
  handles(op: string): Tensor[] {
    return this.read(op).map((x) => x.detach());
  }

  /** What never kept anything is never said to be freed. */
  free(): void {
    if (this.values === null || this.values.length === 0) return;
    for (const x of this.values) x.dispose();
    this.values = null;
  }
}
