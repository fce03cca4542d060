/** The chart of losses: uPlot, with the page's colours and words at the reference lines. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ReferenceLine } from '../../data/open-data.js';
import { colour, DASHES, NAMES } from '../../palette.js';
import { type Axis, aligned, type Line } from './columns.js';

const HEIGHT = 320;
const X_NAMES: Readonly<Record<Axis, string>> = {
  steps: 'steps',
  characters: 'characters read',
  seconds: 'seconds of training',
};

/** What a chart shows. */
export interface Shown {
  readonly axis: Axis;
  readonly lines: readonly Line[];
  readonly references: readonly ReferenceLine[];
}

/** A chart in `host` as wide as it. It is made anew where the lines or colours are others, else only given its numbers. */
export class Chart {
  private plot: uPlot | null = null;
  private key = '';
  private references: readonly ReferenceLine[] = [];

  constructor(private readonly host: HTMLElement) {
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(host);
  }

  draw({ axis, lines, references }: Shown): void {
    this.references = references;
    const data = aligned(lines) as uPlot.AlignedData;
    const key = [axis, colour('--text'), ...lines.map(({ arch, kind }) => arch + kind)].join();
    if (this.plot !== null && this.key === key) {
      this.plot.setData(data);
      return;
    }
    this.plot?.destroy();
    this.plot = new uPlot(this.options(axis, lines), data, this.host);
    this.key = key;
  }

  /** What is drawn now, as a picture. */
  picture(): HTMLCanvasElement | null {
    return this.plot?.ctx.canvas ?? null;
  }

  private size() {
    return { width: Math.max(240, this.host.clientWidth), height: HEIGHT };
  }

  private options(axis: Axis, lines: readonly Line[]): uPlot.Options {
    const [text, faint] = [colour('--text'), colour('--faint')];
    const axes = { stroke: text, grid: { stroke: faint, width: 1 }, ticks: { stroke: faint } };
    return {
      ...this.size(),
      scales: { x: { time: false }, y: { range: (_, low, high) => this.range(low, high) } },
      axes: [
        { ...axes, label: X_NAMES[axis] },
        { ...axes, label: 'loss, nats per character', size: 56 },
      ],
      // Values under the pointer would be empty for everyone without one.
      legend: { live: false },
      series: [{ label: X_NAMES[axis] }, ...lines.map(seriesOf)],
      hooks: { draw: [(plot) => this.drawReferences(plot)] },
    };
  }

  /** From the lowest to the highest of what is drawn; the line of chance alone need not be in sight. */
  private range(low: number, high: number): [number, number] {
    const lowest = Math.min(low, ...this.references.map(({ loss }) => loss));
    const margin = (high - lowest) * 0.05 || 0.1;
    return [Math.max(0, lowest - margin), high + margin];
  }

  private drawReferences({ ctx, bbox, valToPos }: uPlot): void {
    ctx.save();
    ctx.strokeStyle = colour('--muted');
    ctx.fillStyle = colour('--text');
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = 'right';
    for (const { name, loss } of this.references) {
      const y = valToPos(loss, 'y', true);
      if (y < bbox.top || y > bbox.top + bbox.height) continue;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.fillText(name, bbox.left + bbox.width - 4 * devicePixelRatio, y - 4 * devicePixelRatio);
    }
    ctx.restore();
  }
}

function seriesOf({ arch, kind }: Line): uPlot.Series {
  const isHeldOut = kind === 'held out';
  return {
    label: `${NAMES[arch]}, ${kind}`,
    stroke: colour(`--${arch}`),
    dash: [...DASHES[arch]],
    width: isHeldOut ? 2.5 : 1,
    alpha: isHeldOut ? 1 : 0.6,
    points: { show: isHeldOut, size: 5 },
    value: (_, value) => (value === null || value === undefined ? '' : value.toFixed(3)),
  };
}
