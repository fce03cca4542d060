/** A run on a terminal, in a log of plain lines, or as JSON. */
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { EvalEvent, StartEvent, StepEvent, TrainEvent } from '../../training/loop/events.js';
import { formatBytes, formatCount, formatDuration, formatLoss } from '../format.js';

/** What a person or a program sees of a run. */
export interface TrainView {
  show(event: TrainEvent): void;
  /** An evaluation has been through some of its batches. */
  evaluating(made: number, total: number): void;
  /** A remark for people. */
  note(text: string): void;
  close(): void;
}

/** One JSON object a line on stdout and nothing else; remarks go to stderr. */
export function jsonView(): TrainView {
  return {
    show: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
    evaluating: () => {},
    note: (text) => process.stderr.write(`${text}\n`),
    close: () => {},
  };
}

/** A progress bar on a terminal; elsewhere a line every few seconds. */
export function progressView(): TrainView {
  return process.stderr.isTTY ? new BarView(process.stderr) : new LineView();
}

function startLine(event: StartEvent): string {
  const { arch, parameters, data, backend, mode, threads, resumedFrom } = event;
  const from = resumedFrom > 0 ? `, from step ${resumedFrom} on` : '';
  const where = `${backend} (${mode}), ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return `${arch === 'ngpt' ? 'nGPT' : 'GPT'} with ${formatCount(parameters)} parameters on ${data}${from}; ${where}`;
}

/** What it is expected to take, and what is done about that. */
function memoryLine({ estimatedBytes, threads, gradAccumulation, recompute }: StartEvent): string {
  const each = threads === 1 ? '' : ' a thread';
  const parts = (gradAccumulation ?? 1) > 1 ? `, batches in ${gradAccumulation} parts` : '';
  const again = recompute ? ', blocks run again for their gradients' : '';
  return `about ${formatBytes(estimatedBytes)} of memory${each}${parts}${again}`;
}

function evalLine({ step, trainLoss, valLoss }: EvalEvent): string {
  return `step ${step}: training loss ${formatLoss(trainLoss)}, validation loss ${formatLoss(valLoss)}`;
}

/** Smooths what jumps from step to step, and estimates the time left. */
class Pace {
  private msPerStep = 0;
  private loss = 0;
  private steps = 0;
  private lastStep = 0;
  private reserved = 0;

  constructor(private readonly start: StartEvent) {}

  add({ step, loss, msPerStep, memory }: StepEvent): void {
    // Plain mean at first, then an exponential one over about twenty steps.
    const weight = 1 / Math.min(++this.steps, 20);
    this.msPerStep += weight * (msPerStep - this.msPerStep);
    this.loss += weight * (loss - this.loss);
    this.lastStep = step;
    this.reserved = memory.reduce((sum, { reservedBytes }) => sum + reservedBytes, 0);
  }

  describe() {
    const { batchSize, blockSize, maxIters } = this.start;
    return {
      loss: formatLoss(this.loss),
      speed: formatCount(Math.round((1000 * batchSize * blockSize) / this.msPerStep)),
      memory: formatBytes(this.reserved),
      left:
        this.steps === 0
          ? '-'
          : `${formatDuration(((maxIters - this.lastStep) * this.msPerStep) / 1000)} left`,
    };
  }
}

const BAR = 'step {value}/{total} |{bar}| loss {loss} | {speed} tokens/s | {left}';
const WITH_MEMORY = BAR.replace('{left}', '{memory} | {left}');
/** How wide the figures get, the steps aside. */
const WIDEST_FIGURES = 'step / || loss 12.3456 | 1,000,000 tokens/s | 59 min 59 s left'.length;
const WIDEST_MEMORY = ' | 12,345 MB'.length;
const LONGEST_BAR = 40;
/** Memory is told where it leaves so much. */
const SHORT_BAR = 10;

/** What fits in a line: a bar as long as the figures leave it. */
function barLine(columns: number, maxIters: number): { format: string; barsize: number } {
  // A line that reaches the last column wraps on some terminals.
  const left = columns - 1 - WIDEST_FIGURES - 2 * String(maxIters).length;
  const hasMemory = left >= WIDEST_MEMORY + SHORT_BAR;
  const barsize = Math.min(LONGEST_BAR, Math.max(0, left - (hasMemory ? WIDEST_MEMORY : 0)));
  return { format: hasMemory ? WITH_MEMORY : BAR, barsize };
}

/** A progress bar under the remarks, on a terminal. */
export class BarView implements TrainView {
  private bars: MultiBar | null = null;
  private bar: SingleBar | null = null;
  private pace: Pace | null = null;
  private readonly onExit = () => this.close();

  constructor(private readonly terminal: NodeJS.WriteStream) {
    // The bar keeps lines from wrapping; a process that quits in the middle must not leave its terminal so.
    process.once('exit', this.onExit);
  }

  show(event: TrainEvent): void {
    if (event.event === 'start') {
      this.note(startLine(event));
      this.note(memoryLine(event));
      this.pace = new Pace(event);
      this.bars = this.makeBars(event.maxIters);
      const unknown = { loss: '-', speed: '-', left: '-', memory: '-' };
      this.bar = this.bars.create(event.maxIters, event.resumedFrom, unknown);
    } else if (event.event === 'step') {
      this.pace?.add(event);
      this.bar?.update(event.step, this.pace?.describe());
    } else if (event.event === 'eval') {
      this.note(evalLine(event));
      this.bar?.update({ left: this.pace?.describe().left ?? '-' });
    } else this.close();
  }

  evaluating(made: number, total: number): void {
    this.bar?.update({ left: `evaluating ${made}/${total}` });
  }

  note(text: string): void {
    if (this.bars?.isActive) this.bars.log(`${text}\n`);
    else this.terminal.write(`${text}\n`);
  }

  close(): void {
    process.off('exit', this.onExit);
    // Stopping twice would move the cursor up over what was written since.
    if (this.bars?.isActive) this.bars.stop();
  }

  private makeBars(maxIters: number): MultiBar {
    const { terminal } = this;
    const line = barLine(terminal.columns, maxIters);
    return new MultiBar({ ...line, stream: terminal, hideCursor: false }, Presets.shades_classic);
  }
}

const LINE_EVERY_MS = 2000;

class LineView implements TrainView {
  private pace: Pace | null = null;
  private maxIters = 0;
  private lastLine = 0;
  private lastNote = 0;

  show(event: TrainEvent): void {
    if (event.event === 'start') {
      this.pace = new Pace(event);
      this.maxIters = event.maxIters;
      this.note(startLine(event));
      this.note(memoryLine(event));
    } else if (event.event === 'eval') this.note(evalLine(event));
    else if (event.event === 'step') this.step(event);
  }

  evaluating(made: number, total: number): void {
    if (performance.now() - this.lastNote >= LINE_EVERY_MS)
      this.note(`evaluating: ${made} of ${total} batches`);
  }

  note(text: string): void {
    this.lastNote = performance.now();
    process.stdout.write(`${text}\n`);
  }

  close(): void {}

  private step(event: StepEvent): void {
    this.pace?.add(event);
    if (performance.now() - this.lastLine < LINE_EVERY_MS) return;
    this.lastLine = performance.now();
    const { loss, speed, left, memory } = this.pace?.describe() ?? {};
    this.note(`step ${event.step}/${this.maxIters}: loss ${loss}, ${speed} tokens/s, ${memory}, ${left}`);
  }
}
