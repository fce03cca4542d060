/** The host side of softmax, its logarithm and cross-entropy. Explained in docs/learn/07-fused-ops.md. */
import type { FusedKernels, Operand } from '../../backend.js';
import { addressOf, type Device } from './runtime/device.js';
import type { WasmExports } from './runtime/generated-exports.js';
import type { WasmBuffer } from './runtime/memory.js';
import { rowsOf } from './runtime/rows.js';

type RowKernel = WasmExports['softmax' | 'logSoftmax'];
type RowBackwardKernel = WasmExports['softmaxBackward' | 'logSoftmaxBackward'];

type SoftmaxKernels = Pick<
  FusedKernels,
  | 'softmax'
  | 'softmaxBackward'
  | 'logSoftmax'
  | 'logSoftmaxBackward'
  | 'crossEntropy'
  | 'crossEntropyBackward'
>;

export function softmaxKernels(device: Device): SoftmaxKernels {
  const { exports } = device;

  function forward(kernel: RowKernel, x: Operand): WasmBuffer {
    const { rows, columns } = rowsOf(x);
    const result = device.allocate('float32', x.buffer.length);
    kernel(addressOf(x.buffer), result.address, rows, columns);
    return result;
  }

  function backward(kernel: RowBackwardKernel, gradient: Operand, y: Operand): WasmBuffer {
    const { rows, columns } = rowsOf(y);
    const dx = device.allocate('float32', y.buffer.length);
    kernel(addressOf(gradient.buffer), addressOf(y.buffer), dx.address, rows, columns);
    return dx;
  }

  return {
    softmax: (x) => forward(exports.softmax, x),
    softmaxBackward: (gradient, y) => backward(exports.softmaxBackward, gradient, y),
    logSoftmax: (x) => forward(exports.logSoftmax, x),
    logSoftmaxBackward: (gradient, y) => backward(exports.logSoftmaxBackward, gradient, y),

    crossEntropy(logits, targets, ignoreIndex) {
      const [rows, columns] = logits.shape;
      const losses = device.allocate('float32', rows);
      const [from, at] = [addressOf(logits.buffer), addressOf(targets.buffer)];
      exports.crossEntropy(from, at, losses.address, rows, columns, ignoreIndex);
      return losses;
    },

    crossEntropyBackward(gradient, logits, targets, ignoreIndex) {
      const [rows, columns] = logits.shape;
      const dLogits = device.allocate('float32', logits.buffer.length);
      exports.crossEntropyBackward(
        addressOf(gradient.buffer),
        addressOf(logits.buffer),
        addressOf(targets.buffer),
        dLogits.address,
        rows,
        columns,
        ignoreIndex,
      );
      return dLogits;
    },
  };
}
