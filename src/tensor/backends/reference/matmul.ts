import type { Kernels } from '../../backend.js';
import type { Memory } from './runtime/memory.js';

/**
 * y[batch, m, n] = Σₖ a[batch, m, k] · b[batch, k, n], summed in double in the order of k.
 * Explained in docs/learn/12-kernels.md.
 */
export function matmulKernels(memory: Memory): Pick<Kernels, 'matmul'> {
  return {
    matmul(a, b, transposeA, transposeB) {
      const [left, right] = [memory.values(a.buffer), memory.values(b.buffer)];
      const [rows, inner] = transposeA ? [a.shape[2], a.shape[1]] : [a.shape[1], a.shape[2]];
      const columns = transposeB ? b.shape[1] : b.shape[2];
      const batches = a.shape[0] === 1 ? b.shape[0] : a.shape[0];
      // A step in m and in k through a, in k and in n through b.
      const [stepM, stepKA] = transposeA ? [1, rows] : [inner, 1];
      const [stepKB, stepN] = transposeB ? [1, inner] : [columns, 1];
      const result = memory.allocate(a.dtype, batches * rows * columns);
      const y = memory.values(result);

      for (let batch = 0; batch < batches; batch++) {
        const startA = a.shape[0] === 1 ? 0 : batch * rows * inner;
        const startB = b.shape[0] === 1 ? 0 : batch * inner * columns;
        for (let m = 0; m < rows; m++) {
          for (let n = 0; n < columns; n++) {
            let total = 0;
            for (let k = 0; k < inner; k++) {
              total += left[startA + m * stepM + k * stepKA] * right[startB + k * stepKB + n * stepN];
            }
            y[(batch * rows + m) * columns + n] = total;
          }
        }
      }
      return result;
    },
  };
}
