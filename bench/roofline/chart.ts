/** The chart of how near the kernels come to the peak. */
import type { WasmMode } from '../../src/tensor/backends/wasm/runtime/module.js';
import type { Chart } from '../peers/chart.js';
import type { Machine } from '../peers/report.js';
import { type Speed, shareOf } from './measure.js';
import type { Peak } from './peak.js';

/** What was measured of one build. */
export interface Roofline extends Peak {
  readonly mode: WasmMode;
  readonly kernels: readonly Speed[];
}

/**
 * Of the last build, who is measured against arithmetic and who against memory, the nearest to the peak first; and of every
 * build the matrix product.
 */
export function rooflineChart(rooflines: readonly Roofline[], { cpu, node }: Machine): Chart {
  const roofline = rooflines[rooflines.length - 1];
  const { mode, gflops, gbPerSecond } = roofline;
  const panels = {
    arithmetic: `of ${gflops.toFixed(0)} GFLOP/s, one thread in registers`,
    memory: `of ${gbPerSecond.toFixed(1)} GB/s, arrays larger than caches`,
  };
  const order = Object.keys(panels);
  const kernels = roofline.kernels.map((speed) => ({ ...speed, share: shareOf(speed, roofline) }));
  const sorted = kernels.sort((a, b) => order.indexOf(a.bound) - order.indexOf(b.bound) || b.share - a.share);
  return {
    title: `How near the kernels come to what the machine can do, ${mode}`,
    subtitle: `${cpu}, Node ${node}`,
    axis: 'share of the peak',
    origin: 0,
    bars: [
      ...productBars(rooflines),
      ...sorted.map((speed) => bar(panels[speed.bound], speed.kernel, speed, speed.share)),
    ],
  };
}

function productBars(rooflines: readonly Roofline[]): Chart['bars'] {
  if (rooflines.length < 2) return [];
  const gflops = rooflines.map((roofline) => `${roofline.gflops.toFixed(0)}`).join(', ');
  const panel = `matmul in each build, of ${gflops} GFLOP/s in its own registers`;
  return rooflines.flatMap((roofline) =>
    roofline.kernels
      .filter(({ kernel }) => kernel === 'matmul')
      .map((speed) => bar(panel, roofline.mode, speed, shareOf(speed, roofline))),
  );
}

function bar(panel: string, label: string, { bound, rate }: Speed, share: number): Chart['bars'][number] {
  const unit = bound === 'arithmetic' ? 'GFLOP/s' : 'GB/s';
  const text = `${(100 * share).toFixed(0)} %  (${rate.toFixed(1)} ${unit})`;
  return { panel, label, value: share, text, isOurs: true };
}
