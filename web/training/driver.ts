/**
 * What a worker does with the commands of the page: it makes steps, hears between two of them what it is asked, and
 * tells what happens. Without a worker it runs as well, which is how Node tests it.
 */
import { BackendError, NumericError, SphereGradError } from '../../src/index.js';
import { nextTurn } from '../../src/training/loop/event-loop.js';
import { answer } from './answers.js';
import type { Command, Failure, Message, Opening, StepPoint } from './protocol.js';
import type { Question } from './questions.js';
import { openSession, type Session } from './session.js';

/** Milliseconds between two messages about steps: ten a second are more than anyone sees. */
const TELLING = 100;
/** Milliseconds between two states that are kept to go on from, at the least. */
const KEEPING = 5000;

export class Driver {
  private session: Session | null = null;
  private opening = Promise.resolve();
  private until = 0;
  private end = 0;
  private isRunning = false;
  private readonly questions = new Map<number, Question>();
  private points: StepPoint[] = [];
  private toldAt = 0;
  private keptAt = 0;
  private keptStep = 0;
  private evaluatedAt = -1;

  /** @param post - sends a message to the page. */
  constructor(private readonly post: (message: Message) => void) {}

  /** Takes a command. It never fails: what goes wrong is told. */
  async receive(command: Command): Promise<void> {
    if (command.do === 'open') this.opening = this.opening.then(() => this.open(command));
    await this.opening;
    switch (command.do) {
      case 'open':
        return;
      case 'run':
        this.until = command.until;
        this.end = command.end;
        return this.work();
      case 'pause':
        this.until = 0;
        return;
      case 'ask':
        this.questions.set(command.id, command.question);
        return this.work();
    }
  }

  private async open(opening: Opening): Promise<void> {
    try {
      this.session?.dispose();
      this.session = null;
      this.session = await openSession(opening);
      this.keptStep = this.session.state.step;
      this.post({ told: 'opened', facts: this.session.facts });
    } catch (error) {
      this.fail(error);
    }
  }

  /** Answers, and makes steps, until there is nothing left to do. There is only one of it at a time. */
  private async work(): Promise<void> {
    const { session } = this;
    if (session === null || this.isRunning) return;
    this.isRunning = true;
    let hasStepped = false;
    try {
      await this.answerAll(session);
      while (session.state.step < this.until) {
        hasStepped = true;
        await this.evaluateIfDue(session);
        this.points.push(await session.step());
        this.tell(false);
        await this.keepIfDue(session);
        await nextTurn();
        await this.answerAll(session);
      }
      await this.evaluateIfDue(session);
      // The page may be closed while it rests: nothing of what was learned is to be lost then.
      await this.keep(session);
    } catch (error) {
      this.fail(error);
    }
    this.isRunning = false;
    this.tell(true);
    if (hasStepped) this.post({ told: 'paused', step: session.state.step });
    // What came while the last answer or evaluation was under way.
    if (this.questions.size > 0 || session.state.step < this.until) await this.work();
  }

  private tell(all: boolean): void {
    const now = performance.now();
    if (this.points.length === 0 || (!all && now - this.toldAt < TELLING)) return;
    this.post({ told: 'steps', points: this.points });
    this.points = [];
    this.toldAt = now;
  }

  private async evaluateIfDue(session: Session): Promise<void> {
    const { step } = session.state;
    const isDue = step % session.settings.evalInterval === 0 || step === this.end;
    if (!isDue || step === this.evaluatedAt) return;
    const point = await session.evaluate();
    this.evaluatedAt = step;
    this.tell(true);
    this.post({ told: 'evaluated', point });
  }

  private async keepIfDue(session: Session): Promise<void> {
    if (performance.now() - this.keptAt >= KEEPING) await this.keep(session);
  }

  private async keep(session: Session): Promise<void> {
    const { step } = session.state;
    if (step === this.keptStep) return;
    const checkpoint = await session.checkpoint();
    // Whoever keeps the state keeps the steps that led to it.
    this.tell(true);
    this.post({ told: 'kept', step, checkpoint });
    this.keptStep = step;
    this.keptAt = performance.now();
  }

  private async answerAll(session: Session): Promise<void> {
    for (const [id, question] of this.questions) {
      this.questions.delete(id);
      const piece = (text: string) => this.post({ told: 'piece', id, text });
      try {
        this.post({
          told: 'answered',
          id,
          answer: await answer(session, question, { piece }),
        });
      } catch (error) {
        // A question that cannot be answered, such as one with unknown characters, ends no training.
        if (!(error instanceof SphereGradError)) throw error;
        this.post({ told: 'refused', id, message: error.message });
      }
    }
  }

  private fail(error: unknown): void {
    this.until = 0;
    // The page listens no more to a worker that failed.
    this.tell(true);
    this.post({ told: 'failed', failure: failureOf(error, this.session?.state.step ?? 0) });
  }
}

function failureOf(error: unknown, step: number): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: kindOf(error, message), message, step };
}

function kindOf(error: unknown, message: string): Failure['kind'] {
  if (error instanceof RangeError || /memory/i.test(message)) return 'memory';
  if (error instanceof BackendError) return 'device';
  if (error instanceof NumericError) return 'number';
  return error instanceof SphereGradError ? 'input' : 'other';
}
