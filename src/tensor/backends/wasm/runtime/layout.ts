/** How operands that broadcast are walked over: as rows and columns with strides. */
import type { Operand } from '../../../backend.js';
import type { Shape } from '../../../shape.js';

/**
 * Broadcast operands as the kernels walk over them: `rows` rows of `columns`. From row to row an operand goes on
 * by its stride, 0 to repeat the row; within a row by its step, 1, or 0 to repeat one element.
 */
export interface Layout {
  readonly rows: number;
  readonly columns: number;
  readonly strides: readonly number[];
  readonly steps: readonly number[];
}

/**
 * The layout of `operands` broadcast to `shape`, or null where two levels do not suffice. They do for equal
 * shapes, scalars, [..., D] with [D] or [..., 1], and products of columns with rows.
 */
export function layoutOf(shape: Shape, operands: readonly Operand[]): Layout | null {
  let rows = 1;
  let columns = 1;
  let rowPattern = -1;
  let columnPattern = -1;
  // Neighbouring axes along which the same operands repeat are one long axis.
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis];
    if (size === 1) continue;
    const pattern = repeatPattern(shape, operands, axis);
    if (columnPattern < 0 || (rowPattern < 0 && pattern === columnPattern)) {
      columnPattern = pattern;
      columns *= size;
    } else if (rowPattern < 0 || pattern === rowPattern) {
      rowPattern = pattern;
      rows *= size;
    } else {
      return null;
    }
  }
  const steps = operands.map((_, i) => (repeats(columnPattern, i) ? 0 : 1));
  const strides = operands.map((_, i) => (repeats(rowPattern, i) ? 0 : steps[i] === 1 ? columns : 1));
  return { rows, columns, strides, steps };
}

/** One bit for each operand: set where it repeats along `axis`. */
function repeatPattern(shape: Shape, operands: readonly Operand[], axis: number): number {
  let pattern = 0;
  for (let i = 0; i < operands.length; i++) {
    const own = operands[i].shape;
    const ownAxis = axis - shape.length + own.length;
    if (ownAxis < 0 || own[ownAxis] !== shape[axis]) pattern |= 1 << i;
  }
  return pattern;
}

function repeats(pattern: number, operand: number): boolean {
  return pattern > 0 && (pattern & (1 << operand)) !== 0;
}
