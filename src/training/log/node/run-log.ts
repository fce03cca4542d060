/**
 * The log in the out-dir of a run: `log.jsonl`, and `log.csv` beside it where that is wanted.
 * Explained in docs/logs.md.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint } from '../../checkpoint/checkpoint.js';
import { describeFileError } from '../../files/node/file-error.js';
import type { TrainEvent } from '../../loop/events.js';
import type { LogFormat } from '../../settings/train-settings.js';
import { CSV_HEADER, csvRow } from '../csv.js';
import { asLogged, decodeLine, encodeLine, type LogEvent, type LogLine, stepOf } from '../log-event.js';
import { LineFile } from './line-file.js';
import { readLines } from './read-lines.js';

export const LOG_FILE = 'log.jsonl';
export const CSV_FILE = 'log.csv';
/** What is made of a log at the end, for people. */
export const REPORT_FILE = 'report.html';
/** What they become when a run from scratch replaces theirs, as its checkpoints do. */
export const PREVIOUS_LOG = 'previous-log.jsonl';
export const PREVIOUS_CSV = 'previous-log.csv';
const PREVIOUS_REPORT = 'previous-report.html';

const PREVIOUS = [
  [LOG_FILE, PREVIOUS_LOG],
  [CSV_FILE, PREVIOUS_CSV],
  [REPORT_FILE, PREVIOUS_REPORT],
] as const;

/** The name of a log while the checkpoints in the out-dir are another run's. */
const nextName = (name: string) => `next-${name}`;

export interface RunLogOptions {
  readonly outDir: string;
  readonly format: LogFormat;
  /** Told in one line what goes wrong: it does not end the run. */
  readonly notice: (message: string) => void;
}

/** How far a checkpoint is. */
export type Progress = Pick<Checkpoint, 'step' | 'valLoss' | 'bestValLoss'>;

/**
 * Takes down what happens. It never throws: a run must not end for want of a log.
 */
export class RunLog {
  private readonly files: { readonly name: string; readonly file: LineFile }[] = [];
  private steps = 0;

  private constructor(
    private readonly options: RunLogOptions,
    /** Events of the checkpoint's step that a resumed run repeats. */
    private readonly known: Set<string>,
    private isNext: boolean,
  ) {}

  /**
   * The log of a run from scratch. @param replaces - whether the out-dir has another run, whose log stays until this one
   * has saved.
   */
  static start(options: RunLogOptions, replaces: boolean): RunLog {
    const log = new RunLog(options, new Set(), replaces);
    log.open(LOG_FILE, 0);
    if (options.format === 'csv') log.open(CSV_FILE, 0).append(CSV_HEADER);
    return log;
  }

  /** Goes on after the step of a checkpoint: what a killed run wrote beyond it, this one makes again. */
  static resume(options: RunLogOptions, checkpoint: Progress): RunLog {
    const path = join(options.outDir, LOG_FILE);
    const kept = keptPart(path, checkpoint.step);
    const log = new RunLog(options, kept.known, false);
    log.steps = checkpoint.step;
    log.open(LOG_FILE, kept.length);
    if (options.format === 'csv') log.rewriteCsv(path, kept.length);
    // The kill may have come between the checkpoint and its line.
    if (kept.length > 0 && !kept.isSaved) {
      const best = kept.isEvaluated && checkpoint.valLoss === checkpoint.bestValLoss;
      const save: LogEvent = { event: 'save', step: checkpoint.step, best };
      log.write(save);
      log.known.add(signature(save));
    }
    return log;
  }

  /** Passes on the events of a run. */
  async *follow(events: AsyncIterable<TrainEvent>): AsyncGenerator<TrainEvent, void, undefined> {
    try {
      for await (const event of events) {
        this.write(asLogged(event));
        yield event;
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.write({ event: 'error', step: this.steps, message });
      throw error;
    } finally {
      // Nothing was saved that it could be the log of.
      if (this.isNext) for (const { file } of this.files) file.remove();
    }
  }

  /** Does `save`, with everything so far on the disk before it. */
  async saving(step: number, best: boolean, save: () => Promise<string>): Promise<string> {
    for (const { file } of this.files) file.sync();
    const path = await save();
    this.write({ event: 'save', step, best });
    return path;
  }

  /**
   * The checkpoints of the run before are kept now: its log goes where they are, and this one gets its name.
   * @param keptIn - the folder in the out-dir that they got; null for names that begin with `previous-`.
   */
  replaceOlder(keptIn: string | null): void {
    if (!this.isNext) return;
    const { outDir, notice } = this.options;
    try {
      for (const [name, previous] of PREVIOUS) {
        if (keptIn === null) keepPrevious(join(outDir, name), join(outDir, previous));
        else keepInFolder(join(outDir, name), join(outDir, keptIn, name));
      }
    } catch (error) {
      notice(`cannot keep the log of the run before: ${describeFileError(error)}`);
    }
    for (const { name, file } of this.files) file.rename(join(outDir, name));
    this.isNext = false;
  }

  private open(name: string, length: number): LineFile {
    const { outDir, notice } = this.options;
    const path = join(outDir, this.isNext ? nextName(name) : name);
    const file = new LineFile(path, length, (message) => notice(`${message}; the run goes on without`));
    this.files.push({ name, file });
    return file;
  }

  private write(event: LogEvent): void {
    this.steps = stepOf(event);
    if (this.known.delete(signature(event))) return;
    const line = { ...event, time: new Date().toISOString() };
    for (const { name, file } of this.files) {
      const text = name === LOG_FILE ? encodeLine(event, line.time) : csvRow(line);
      if (text !== null) file.append(text);
    }
  }

  private rewriteCsv(path: string, length: number): void {
    const csv = this.open(CSV_FILE, 0);
    let rows = CSV_HEADER;
    for (const { text, end } of readLines(path)) {
      if (end > length) break;
      const line = decodeLine(text);
      rows += (line === null ? null : csvRow(line)) ?? '';
      if (rows.length < CSV_CHUNK) continue;
      csv.append(rows);
      rows = '';
    }
    csv.append(rows);
  }
}

const CSV_CHUNK = 2 ** 16;

/** As with checkpoints: what there is none of leaves no older one behind. */
function keepPrevious(path: string, previous: string): void {
  if (existsSync(path)) renameSync(path, previous);
  else rmSync(previous, { force: true });
}

/** What is there was moved before a kill. */
function keepInFolder(path: string, kept: string): void {
  if (existsSync(path) && !existsSync(kept)) renameSync(path, kept);
}

interface KeptPart {
  /** In bytes. */
  readonly length: number;
  /** Evaluations and saves at the last step, without their time. */
  readonly known: Set<string>;
  readonly isEvaluated: boolean;
  readonly isSaved: boolean;
}

/** The part of a log up to a step, without a last line that a kill or a full disk left unfinished. */
function keptPart(path: string, step: number): KeptPart {
  let length = 0;
  const known = new Map<string, LogEvent['event']>();
  for (const { text, end } of readLines(path)) {
    const line = decodeLine(text);
    // Not ours: it stays if something of ours follows.
    if (line === null) continue;
    if (stepOf(line) > step) break;
    length = end;
    if ((line.event === 'eval' || line.event === 'save') && line.step === step) {
      known.set(signature(line), line.event);
    }
  }
  const kinds = [...known.values()];
  return {
    ...{ length, known: new Set(known.keys()) },
    ...{ isEvaluated: kinds.includes('eval'), isSaved: kinds.includes('save') },
  };
}

/** What says that an event is the same: all but the time, and the norms, which older logs lack. */
function signature(event: LogEvent | LogLine): string {
  return JSON.stringify({ ...event, time: undefined, maxNormError: undefined });
}
