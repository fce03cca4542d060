/** The chart of losses: uPlot, with the page's colours and words at the reference lines. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ReferenceLine } from '../../data/open-data.js';
import { colour, DASHES, NAMES } from '../../palette.js';
import { type Axis, aligned, type Kind, type Line } from './columns.js';
import { namesOf } from './names.js';

const HEIGHT = 320;
/** Of the names at the lines across. */
const TEXT = 12;
const WIDTHS: Readonly<Record<Kind, number>> = { batches: 1, 'held out': 2.5 };
const X_NAMES: Readonly<Record<Axis, string>> = {
  steps: 'steps',
  characters: 'characters read',
  seconds: 'seconds of training',
};

/** What a chart shows. */
export interface Shown {
  readonly axis: Axis;
  readonly lines: readonly Line[];
  /** Of the x axis, while there is nothing to draw. */
  readonly end: number;
  readonly references: readonly ReferenceLine[];
}

/** A chart in `host` as wide as it. It is made anew where the lines or colours are others, else only given its numbers. */
export class Chart {
  private plot: uPlot | null = null;
  private key = '';
  private references: readonly ReferenceLine[] = [];
  private lines: readonly Line[] = [];

  constructor(private readonly host: HTMLElement) {
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(host);
  }

  draw({ axis, lines, end, references }: Shown): void {
    this.references = references;
    this.lines = lines;
    const [x, ...ys] = aligned(lines);
    // Two points without a value: the axes and the lines across are there before any step is made.
    const data = (x.length === 0 ? [[0, end], ...ys.map(() => [])] : [x, ...ys]) as uPlot.AlignedData;
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
      legend: legendOf(lines),
      series: [{ label: X_NAMES[axis] }, ...lines.map(seriesOf)],
      hooks: { draw: [(plot) => this.drawReferences(plot)] },
    };
  }

  /** From the lowest to the highest of what is drawn; where curves are, the line of chance alone need not be in sight. */
  private range(low: number | null, high: number | null): [number, number] {
    const losses = this.references.map(({ loss }) => loss);
    const lowest = Math.min(low ?? Number.POSITIVE_INFINITY, ...losses);
    const highest = high ?? Math.max(...losses);
    // Nothing is known yet.
    if (!Number.isFinite(lowest) || !Number.isFinite(highest)) return [0, 1];
    const margin = (highest - lowest) * 0.05 || 0.1;
    return [Math.max(0, lowest - margin), highest + margin];
  }

  private drawReferences({ ctx, bbox, valToPos }: uPlot): void {
    ctx.save();
    const pixel = devicePixelRatio;
    ctx.strokeStyle = colour('--muted');
    ctx.setLineDash([2 * pixel, 3 * pixel]);
    const inSight = this.references
      .map((reference) => ({ ...reference, y: valToPos(reference.loss, 'y', true) }))
      .filter(({ y }) => y >= bbox.top && y <= bbox.top + bbox.height);
    for (const { y } of inSight) {
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    // With a rim in the colour of the ground, which curves do not shine through.
    ctx.setLineDash([]);
    ctx.font = `${TEXT * pixel}px system-ui, sans-serif`;
    ctx.lineJoin = 'round';
    ctx.lineWidth = 5 * pixel;
    ctx.strokeStyle = colour('--panel');
    ctx.fillStyle = colour('--text');
    const inset = 8 * pixel;
    for (const { name, side, foot } of namesOf(inSight, this.lines, bbox.top, TEXT * pixel)) {
      ctx.textAlign = side;
      const x = side === 'left' ? bbox.left + inset : bbox.left + bbox.width - inset;
      ctx.strokeText(name, x, foot);
      ctx.fillText(name, x, foot);
    }
    ctx.restore();
  }
}

/** What is drawn, by a piece of each line. Values under the pointer would be empty for everyone without one. */
function legendOf(lines: readonly Line[]): uPlot.Legend {
  // The first of its series is the x axis, which has no marker.
  const lineOf = (i: number): Line | undefined => lines[i - 1];
  return {
    live: false,
    markers: {
      // Above and below nothing: half of what is seen.
      width: (_, i) => (lineOf(i)?.kind === 'held out' ? 2 : 0.5),
      stroke: (_, i) => colour(`--${lineOf(i)?.arch ?? 'text'}`),
      fill: () => 'transparent',
      dash: (_, i) => (DASHES[lineOf(i)?.arch ?? 'ngpt'].length > 0 ? 'dashed' : 'solid'),
    },
  };
}

function seriesOf({ arch, kind }: Line): uPlot.Series {
  const isHeldOut = kind === 'held out';
  return {
    label: `${NAMES[arch]}, ${isHeldOut ? kind : 'batches (average)'}`,
    stroke: colour(`--${arch}`),
    dash: [...DASHES[arch]],
    width: WIDTHS[kind],
    alpha: isHeldOut ? 1 : 0.6,
    points: { show: isHeldOut, size: 5 },
    value: (_, value) => (value === null || value === undefined ? '' : value.toFixed(3)),
  };
}
