import type { Operand } from '../../../backend.js';

/** x seen as rows along its last axis; a scalar is one row of one. */
export function rowsOf(x: Operand): { rows: number; columns: number } {
  const columns = x.shape.length === 0 ? 1 : x.shape[x.shape.length - 1];
  return { rows: columns === 0 ? 0 : x.buffer.length / columns, columns };
}
