/** A history that several handles share: the last one to let go frees it. Explained in docs/learn/02-tape.md. */
export interface Trace {
  /** What a printed tensor says of it, such as `requiresGrad, from mul`. */
  readonly summary: string;
  /** One more handle shares it. */
  retain(): void;
  /** One handle fewer; the last frees it. */
  release(): void;
}
