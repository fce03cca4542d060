/** The order of elements along an axis, in plain JavaScript. */
import type { Kernels } from '../../backend.js';
import type { Memory } from './runtime/memory.js';
import { exceeds, rowsAlong } from './runtime/positions.js';

export function sortKernels(memory: Memory): Pick<Kernels, 'argsort'> {
  return {
    argsort(x, axis, descending) {
      const values = memory.values(x.buffer);
      const { firsts, length, stride } = rowsAlong(x.shape, axis);
      const result = memory.allocate('int32', values.length);
      const y = memory.values(result);
      const sign = descending ? -1 : 1;
      for (const first of firsts) {
        const at = (i: number) => values[first + i * stride];
        // `sort` leaves equal elements in their order.
        const order = Array.from({ length }, (_, i) => i).sort(
          (i, j) => sign * (Number(exceeds(at(i), at(j))) - Number(exceeds(at(j), at(i)))),
        );
        for (let i = 0; i < length; i++) y[first + i * stride] = order[i];
      }
      return result;
    },
  };
}
