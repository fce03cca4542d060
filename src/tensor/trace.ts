/** A history that several handles share: the last one to let go frees it. */
export interface Trace {
  retain(): void;
  release(): void;
}
