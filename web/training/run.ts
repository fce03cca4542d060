/** Both models of the page, each in its worker, on the same batches. */
import type { Architecture } from '../../src/ngpt/index.js';
import { decodeCheckpoint } from '../../src/training/checkpoint/checkpoint.js';
import { readSafetensors } from '../../src/training/checkpoint/safetensors.js';
import type { Setup } from '../setup/setup.js';
import { ARCHITECTURES } from '../setup/train-settings.js';
import { Client, type Port, QuestionError } from './client.js';
import { History } from './history.js';
import type { EvalPoint, Facts, Failure, Message } from './protocol.js';
import type { AnswerTo, QuestionKind, QuestionOf } from './questions.js';
import { stoppedWords } from './stopped.js';

/** Milliseconds that a worker is given to come to rest. Those whose steps take longer tell a state after each of them. */
const LONGEST_REST = 10_000;

/** A worker that fails so often without coming further than before is not started again. */
const MOST_RESTARTS = 3;

export interface Kept {
  readonly step: number;
  readonly checkpoint: Uint8Array;
}

/** A state to go on from, with what is known of the steps before it. */
export interface Begin extends Kept {
  readonly history?: History;
}

/** A button that comes with a sentence. */
export interface Offer {
  readonly label: string;
  take(): void;
}

/** What changed, for whoever draws it. */
export type Change =
  | { readonly what: 'opened' | 'steps' | 'evaluated' | 'status'; readonly arch: Architecture }
  | { readonly what: 'kept'; readonly arch: Architecture; readonly kept: Kept }
  | {
      readonly what: 'notice';
      readonly arch: Architecture | null;
      readonly text: string;
      /** What the visitor may do about it. */
      readonly offer?: Offer | undefined;
    };

export type Status = 'opening' | 'ready' | 'running' | 'failed';

/** One of the two. */
export class ModelRun {
  facts: Facts | null = null;
  status: Status = 'opening';
  /** The last good state that is known here. */
  kept: Kept | null;
  readonly history: History;
  /** Steps to make. */
  target = 0;
  restarts = 0;
  /** The furthest step at which it failed. */
  failedAt = 0;
  /** Spent before its worker was opened, which counts from zero. */
  secondsBefore = 0;

  constructor(
    readonly arch: Architecture,
    begin: Begin | null,
  ) {
    this.kept = begin;
    this.history = begin?.history ?? new History();
    if (begin !== null) this.history.backTo(begin.step);
  }

  /** Steps made, those of a checkpoint that it began with included. */
  get step(): number {
    return Math.max(this.history.lastStep, this.kept?.step ?? 0);
  }

  /** Whether it makes steps, or will as soon as it has been loaded. */
  get isRunning(): boolean {
    return this.status === 'running' || (this.status === 'opening' && this.target > this.step);
  }
}

export type Begins = Readonly<Partial<Record<Architecture, Begin>>>;

export interface RunOptions {
  readonly setup: Setup;
  readonly ownText: string | null;
  /** States to go on from, for those that have one. */
  readonly begin?: Begins;
  /** Starts a worker. */
  readonly startWorker: () => Port;
}

/** A run of both models. It begins to load at once and trains when told to. */
export class Run {
  readonly models: Readonly<Record<Architecture, ModelRun>>;
  private readonly clients = new Map<Architecture, Client>();
  private readonly listeners = new Set<(change: Change) => void>();
  private isClosed = false;
  private ending: Promise<void> | null = null;
  /** Whether single steps were what was asked for last. */
  private isStepping = false;

  /** What it was opened with; where it ends may change. */
  setup: Setup;

  constructor(readonly options: RunOptions) {
    this.setup = options.setup;
    const { begin = {} } = options;
    this.models = {
      ngpt: new ModelRun('ngpt', begin.ngpt ?? null),
      gpt: new ModelRun('gpt', begin.gpt ?? null),
    };
    for (const arch of ARCHITECTURES) this.open(arch);
  }

  /** Calls `listener` with what changes; returns what takes it away again. */
  on(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Both go on until each has made `until` steps. */
  start(until = this.setup.steps): void {
    this.isStepping = false;
    for (const arch of ARCHITECTURES) this.go(arch, until);
  }

  /** One step of each, after those that were asked for before and are still to be made. */
  step(): void {
    this.isStepping = true;
    for (const arch of ARCHITECTURES) {
      const { step, target } = this.models[arch];
      this.go(arch, Math.max(step, target) + 1);
    }
  }

  /** Both stop after the step that is under way; one that is still being loaded does not begin. */
  pause(): void {
    this.isStepping = false;
    for (const arch of ARCHITECTURES) {
      this.models[arch].target = 0;
      this.clients.get(arch)?.send({ do: 'pause' });
      this.tell({ what: 'status', arch });
    }
  }

  /** Whether one of them makes steps, or will as soon as it has been loaded. */
  get isRunning(): boolean {
    return ARCHITECTURES.some((arch) => this.models[arch].isRunning);
  }

  /** Whether single steps may be asked for: at rest, and while others of them are made. */
  get mayStep(): boolean {
    return this.isStepping || !this.isRunning;
  }

  ask<K extends QuestionKind>(
    arch: Architecture,
    question: QuestionOf<K>,
    piece?: (text: string) => void,
  ): Promise<AnswerTo<K>> {
    const client = this.clients.get(arch);
    if (client === undefined) return Promise.reject(new QuestionError('the run was closed'));
    return client.ask(question, piece);
  }

  /** A state as it is now; of a model that stopped the last good one. @throws QuestionError where there is none. */
  async checkpoint(arch: Architecture): Promise<Kept> {
    const { status, kept } = this.models[arch];
    if (status === 'failed' && kept !== null) return kept;
    const checkpoint = await this.ask<'checkpoint'>(arch, { kind: 'checkpoint' });
    // Steps are told some at a time: the page may not know of the last ones.
    return { checkpoint, step: decodeCheckpoint(readSafetensors(checkpoint)).step };
  }

  /** Pauses both, and resolves when each has told its last state; one that takes too long for it is not waited for. */
  async rest(): Promise<void> {
    this.pause();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LONGEST_REST);
    });
    await Promise.race([this.untilReady(), tooLong]);
    clearTimeout(timer);
  }

  /** Ends both workers when they have come to rest. However often it is asked for, it is the same end. */
  end(): Promise<void> {
    this.ending ??= this.rest().then(() => this.close());
    return this.ending;
  }

  /** Ends both workers at once. */
  close(): void {
    this.isClosed = true;
    for (const client of this.clients.values()) client.close();
    this.clients.clear();
    this.listeners.clear();
  }

  private untilReady(): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        // Not what was asked of them: a worker that is to pause makes its step to the end.
        if (ARCHITECTURES.some((arch) => this.models[arch].status === 'running')) return;
        off();
        resolve();
      };
      const off = this.on(look);
      look();
    });
  }

  private go(arch: Architecture, until: number): void {
    const model = this.models[arch];
    model.target = until;
    if (model.status === 'failed') return;
    if (model.status === 'opening') {
      // It is told when it is there: what has been taken back by then is not begun.
      this.tell({ what: 'status', arch });
      return;
    }
    this.clients.get(arch)?.send({ do: 'run', until, end: this.setup.steps });
    if (until > model.step) this.become(model, 'running');
  }

  private open(arch: Architecture): void {
    const { ownText, startWorker } = this.options;
    const { setup } = this;
    const model = this.models[arch];
    const client = new Client(
      startWorker(),
      (message) => this.hear(model, message),
      (message) => this.recover(model, { kind: 'memory', message, step: model.history.lastStep }),
    );
    this.clients.set(arch, client);
    this.become(model, 'opening');
    model.secondsBefore = model.history.steps.seconds.at(-1) ?? 0;
    client.send({ do: 'open', setup, arch, ownText, checkpoint: model.kept?.checkpoint ?? null });
  }

  private hear(model: ModelRun, message: Message): void {
    if (this.isClosed) return;
    const { arch, history } = model;
    switch (message.told) {
      case 'opened':
        model.facts = message.facts;
        this.become(model, 'ready');
        this.tell({ what: 'opened', arch });
        if (model.target > 0) this.go(arch, model.target);
        break;
      case 'steps':
        for (const point of message.points) history.addStep(sinceBegin(model, point));
        if (history.lastStep > model.failedAt) model.restarts = 0;
        this.tell({ what: 'steps', arch });
        break;
      case 'evaluated':
        this.addEvaluation(model, sinceBegin(model, message.point));
        this.tell({ what: 'evaluated', arch });
        break;
      case 'kept':
        model.kept = message;
        this.tell({ what: 'kept', arch, kept: message });
        break;
      case 'paused':
        // It was told to go on before this came.
        if (model.target > message.step) break;
        this.become(model, 'ready');
        break;
      case 'failed':
        this.recover(model, message.failure);
        break;
    }
  }

  /** Once for each step: a model that was started again measures the first once more. */
  private addEvaluation({ history }: ModelRun, point: EvalPoint): void {
    if (history.evaluations.step.at(-1) !== point.step) history.addEvaluation(point);
  }

  /** Begins again from the last good state where that may help; says what happened either way. */
  private recover(model: ModelRun, failure: Failure): void {
    const { kind, message, step } = failure;
    const { arch, history } = model;
    const mayHelp = (kind === 'memory' || kind === 'device') && model.restarts < MOST_RESTARTS;
    if (!mayHelp || model.facts === null) {
      const text = stoppedWords(failure, model, this.setup);
      this.clients.get(arch)?.close(text);
      this.become(model, 'failed');
      this.tell({ what: 'notice', arch, text });
      return;
    }
    this.clients.get(arch)?.close(message);
    model.restarts++;
    model.failedAt = Math.max(model.failedAt, step);
    const from = model.kept?.step ?? 0;
    history.backTo(from);
    this.tell({ what: 'notice', arch, text: `${message} (at step ${step}); it goes on from step ${from}` });
    this.open(arch);
  }

  private become(model: ModelRun, status: Status): void {
    if (model.status === status) return;
    model.status = status;
    this.tell({ what: 'status', arch: model.arch });
  }

  private tell(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }
}

/** With the seconds of all its workers. */
function sinceBegin<Point extends { readonly seconds: number }>(
  { secondsBefore }: ModelRun,
  point: Point,
): Point {
  return { ...point, seconds: secondsBefore + point.seconds };
}
