/**
 * Rows made unit, the step on the sphere, and the derivatives of both, as shaders.
 * Explained in docs/learn/12-kernels.md.
 */
import type { Buffer, FusedKernels, Operand } from '../../backend.js';
import type { Device } from './runtime/device.js';
import { lastAxis, perElement, perRow, type View, viewOf } from './runtime/per-row.js';
import { program } from './runtime/program.js';

type NormalizeKernels = Pick<
  FusedKernels,
  'unit' | 'unitBackward' | 'sphereStep' | 'sphereStepBackward' | 'unitInPlace'
>;

export function normalizeKernels(device: Device): NormalizeKernels {
  function lengthsOf(x: Operand, view: View): Operand {
    return device.compute(lengthsProgram(view), [x], [view[0] * view[2]]);
  }

  function unitAlong(x: Operand, view: View): Buffer {
    if (x.buffer.length === 0) return device.share(x);
    const lengths = lengthsOf(x, view);
    const y = device.compute(unitProgram(view), [x, lengths], x.shape);
    device.freeAll(lengths);
    return y.buffer;
  }

  function unitBackward(gradient: Operand, x: Operand): Buffer {
    if (x.buffer.length === 0) return device.share(x);
    const view = lastAxis(x.shape);
    const lengths = lengthsOf(x, view);
    const along = device.compute(alongProgram(view), [gradient, x, lengths], lengths.shape);
    const result = device.compute(tangentProgram(view), [gradient, x, lengths, along], x.shape);
    device.freeAll(lengths, along);
    return result.buffer;
  }

  /** h + |alpha| ⊙ (target − h) */
  function mix(h: Operand, target: Operand, alpha: Operand): Operand {
    return device.compute(mixProgram(alpha.shape[0]), [h, target, alpha], h.shape);
  }

  return {
    unit: (x) => unitAlong(x, lastAxis(x.shape)),

    unitBackward,

    unitInPlace(x, axis) {
      const y = unitAlong(x, viewOf(x.shape, axis));
      device.assign(x.buffer, y);
      device.free(y);
    },

    sphereStep(h, target, alpha) {
      const mixed = mix(h, target, alpha);
      const y = unitAlong(mixed, lastAxis(h.shape));
      device.freeAll(mixed);
      return y;
    },

    sphereStepBackward(gradient, h, target, alpha) {
      const size = alpha.shape[0];
      const mixed = mix(h, target, alpha);
      const inner = { buffer: unitBackward(gradient, mixed), shape: h.shape, dtype: h.dtype };
      const gradientH = device.compute(keptProgram(size), [inner, alpha], h.shape);
      const gradientTarget = device.compute(takenProgram(size), [inner, alpha], h.shape);
      const rows = viewOf(h.shape, 0, h.shape.length - 2);
      const gradientAlpha = device.compute(
        alphaProgram([1, rows[1], size]),
        [inner, h, target, alpha],
        alpha.shape,
      );
      device.freeAll(mixed, inner);
      return [gradientH.buffer, gradientTarget.buffer, gradientAlpha.buffer];
    },
  };
}

/** The largest float32, near enough. */
const LARGEST = 3.4e38;

/**
 * The length of each row, from squares of what is at most 1, since squares of 1e30 overflow. A length that float32
 * cannot hold comes as minus the length over the root of how many elements there are. 1 for zeros, which so stay zeros.
 */
const lengthsProgram = (view: View) =>
  perRow(
    'unit',
    'x',
    view,
    [
      { start: 'let largest = 0;', each: 'largest = Math.max(largest, Math.abs(x[at]));' },
      {
        start: 'if (largest === 0) return 1;\n  let total = 0;',
        each: 'const v = x[at] / largest;\n    total += v * v;',
      },
    ],
    `largest < ${LARGEST} / Math.sqrt(total) ? largest * Math.sqrt(total) : -largest * Math.sqrt(total / ${view[1]})`,
  );

/** `value` over a length that lengthsProgram gave. */
function over(value: string, length: string, view: View): string {
  return `(${length} > 0 ? (${value}) / ${length} : (${value}) / -${length} / ${Math.sqrt(view[1])})`;
}

const unitProgram = (view: View) =>
  perElement('unit', 'x, lengths', view, over('x[i]', 'lengths[row]', view));

/** ⟨gradient, unit(x)⟩ of each row: what of the gradient points along x, where the sphere has no room. */
const alongProgram = (view: View) => {
  const each = `total += gradient[at] * ${over('x[at]', 'lengths[i]', view)};`;
  return perRow('unitBackward', 'gradient, x, lengths', view, [{ start: 'let total = 0;', each }], 'total');
};

const tangentProgram = (view: View) => {
  const tangent = `gradient[i] - along[row] * ${over('x[i]', 'lengths[row]', view)}`;
  return perElement('unitBackward', 'gradient, x, lengths, along', view, over(tangent, 'lengths[row]', view));
};

/** A program over [..., size] where `a` is |alpha| of the column. */
function withAlpha(name: string, parameters: string, size: number, result: string) {
  const column = `  const a = Math.abs(alpha[i - quotient(i, ${size}) * ${size}]);`;
  return program(name, parameters, `${column}\n  return ${result};`);
}

const mixProgram = (size: number) =>
  withAlpha('sphereStep', 'h, target, alpha', size, 'h[i] + a * (target[i] - h[i])');

const keptProgram = (size: number) =>
  withAlpha('sphereStepBackward', 'gradient, alpha', size, 'gradient[i] - a * gradient[i]');

const takenProgram = (size: number) =>
  withAlpha('sphereStepBackward', 'gradient, alpha', size, 'a * gradient[i]');

/** Σ over the rows of gradient ⊙ (target − h), with the sign that |alpha| has. */
const alphaProgram = (view: View) =>
  perRow(
    'sphereStepBackward',
    'gradient, h, target, alpha',
    view,
    [{ start: 'let total = 0;', each: 'total += gradient[at] * (target[at] - h[at]);' }],
    'total * Math.sign(alpha[i])',
  );
