/** What a person or a program sees of a study. */
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { StudyEvent } from '../../experiments/runs/events.js';
import type { Kinds } from '../../experiments/runs/node/study/study.js';
import { errorLine } from '../errors.js';
import { formatCount, formatDuration, formatLoss } from '../format.js';
import { Standing } from './standing.js';

export interface StudyView {
  show(event: StudyEvent): void;
  /** A remark for people. */
  note(text: string): void;
  close(): void;
}

/** JSON lines; bars on a terminal; elsewhere a line every few seconds. */
export function studyView(isJson: boolean, kinds: Kinds): StudyView {
  if (isJson) return jsonView();
  return process.stderr.isTTY ? new BarsView(process.stderr, kinds) : new LinesView(kinds);
}

function jsonView(): StudyView {
  return {
    show: (event) => {
      if (event.event !== 'run-step') process.stdout.write(`${JSON.stringify(event)}\n`);
      if (event.event === 'run-failed') process.stderr.write(failureLine(event));
    },
    note: (text) => process.stderr.write(`${text}\n`),
    close: () => {},
  };
}

function failureLine({ name, message }: Extract<StudyEvent, { event: 'run-failed' }>): string {
  return errorLine(`the run ${name} failed: ${message}`);
}

/** What is said of an event besides progress; null for most. */
function remark(event: StudyEvent): string | null {
  if (event.event === 'start') {
    const { runs, finished, jobs } = event;
    const known = finished === 0 ? '' : `, ${finished} of them finished already`;
    return `${formatCount(runs)} runs${known}; ${jobs} at a time, on one thread each`;
  }
  if (event.event === 'run-done') {
    const { name, valLoss, diverged, seconds } = event;
    const how = valLoss === null ? diverged : `validation loss ${formatLoss(valLoss)}`;
    return `${name}: ${how}, ${formatDuration(seconds)} of steps`;
  }
  return event.event === 'run-failed' ? failureLine(event).trimEnd() : null;
}

function timeLeft({ secondsLeft }: Standing): string {
  return secondsLeft === null ? '-' : `${formatDuration(secondsLeft)} left`;
}

const ALL = '{finished}/{runs} runs |{bar}| {speed} steps/s | {left}';
const ONE = '{name} {value}/{total} |{bar}| validation loss {loss}';
const BAR_SIZE = 20;

/** A bar for everything and one for each run that goes on, under the remarks. */
class BarsView implements StudyView {
  private readonly standing: Standing;
  private readonly bars: MultiBar;
  private all: SingleBar | null = null;
  private readonly ones = new Map<string, SingleBar>();
  private total = 0;
  private readonly onExit = () => this.close();

  constructor(
    private readonly terminal: NodeJS.WriteStream,
    kinds: Kinds,
  ) {
    this.standing = new Standing(kinds);
    const options = { stream: terminal, hideCursor: false, barsize: BAR_SIZE, linewrap: false };
    this.bars = new MultiBar(options, Presets.shades_classic);
    process.once('exit', this.onExit);
  }

  show(event: StudyEvent): void {
    this.standing.add(event);
    const text = remark(event);
    if (text !== null) this.note(text);
    if (event.event === 'start') {
      this.total = this.standing.stepsToMake;
      this.all = this.bars.create(this.total, 0, this.figures(), { format: ALL });
    }
    this.updateOnes();
    // The plan may grow, and a run that failed is out of it.
    this.total = Math.max(this.total, this.standing.stepsToMake);
    this.all?.setTotal(Math.max(1, this.total));
    this.all?.update(this.total - this.standing.stepsToMake, this.figures());
  }

  note(text: string): void {
    if (this.bars.isActive) this.bars.log(`${text}\n`);
    else this.terminal.write(`${text}\n`);
  }

  close(): void {
    process.off('exit', this.onExit);
    if (this.bars.isActive) this.bars.stop();
  }

  private figures() {
    const { runs, finished, stepsPerSecond } = this.standing;
    return { runs, finished, speed: stepsPerSecond.toFixed(1), left: timeLeft(this.standing) };
  }

  private updateOnes(): void {
    for (const [name, bar] of this.ones) {
      if (this.standing.going.has(name)) continue;
      this.bars.remove(bar);
      this.ones.delete(name);
    }
    for (const { name, budget, step, valLoss } of this.standing.going.values()) {
      const figures = { name, loss: valLoss === null ? '-' : formatLoss(valLoss) };
      const bar = this.ones.get(name) ?? this.bars.create(budget, step, figures, { format: ONE });
      this.ones.set(name, bar);
      bar.update(step, figures);
    }
  }
}

const LINE_EVERY_MS = 5000;

class LinesView implements StudyView {
  private readonly standing: Standing;
  private lastLine = performance.now();

  constructor(kinds: Kinds) {
    this.standing = new Standing(kinds);
  }

  show(event: StudyEvent): void {
    this.standing.add(event);
    const text = remark(event);
    if (event.event === 'run-failed') process.stderr.write(failureLine(event));
    else if (text !== null) this.note(text);
    if (event.event !== 'run-step' || performance.now() - this.lastLine < LINE_EVERY_MS) return;
    this.lastLine = performance.now();
    const { runs, finished, going, stepsPerSecond } = this.standing;
    const each = [...going.values()].map(({ name, step, budget }) => `${name} ${step}/${budget}`);
    this.note(
      `${finished}/${runs} runs, ${stepsPerSecond.toFixed(1)} steps/s, ${timeLeft(this.standing)}: ${each.join(', ')}`,
    );
  }

  note(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  close(): void {}
}
