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

/** Two panels: who is measured against arithmetic, and who against memory; the nearest to the peak first. */
export function rooflineChart(roofline: Roofline, { cpu, node }: Machine): Chart {
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
    bars: sorted.map(({ kernel, bound, rate, share }) => ({
      panel: panels[bound],
      label: kernel,
      value: share,
      text: `${(100 * share).toFixed(0)} %  (${rate.toFixed(1)} ${bound === 'arithmetic' ? 'GFLOP/s' : 'GB/s'})`,
      isOurs: true,
    })),
  };
}
