import type { Backend } from '../../../src/index.js';
import { field } from '../base/controls.js';
import { Figure, type Shown } from '../base/element.js';
import { exactBackend } from '../base/engine.js';
import { Stepper, wantsLessMotion } from '../base/stepper.js';
import { drawTape } from './draw.js';
import { type Recording, record } from './record.js';
import { lastStep, phaseAt, sentence, titleOf } from './steps.js';

const EXAMPLE = 'x*y + tanh(x)';

/** `<figure-tape expression="x*y + tanh(x)">`: the graph of what the reader types, forwards and backwards. */
export class TapeFigure extends Figure {
  protected readonly label = 'The tape of an expression';
  private backend!: Backend;
  private recording!: Recording;
  private readonly stepper = new Stepper({
    words: (step) => this.stepWords(step),
    onStep: () => this.update(),
  });

  protected async start(): Promise<void> {
    this.backend = await exactBackend();
    const given = this.getAttribute('expression') ?? EXAMPLE;
    const input = field('Expression', given, (typed) => this.read(typed, 'end'));
    input.classList.add('wide');
    this.controls.append(input, this.stepper.element);
    this.recording = record(EXAMPLE, this.backend);
    this.read(given, wantsLessMotion() ? 'end' : 'start');
  }

  protected show(width: number): Shown {
    const { recording } = this;
    const { step } = this.stepper;
    return { drawing: drawTape({ recording, step }, width), said: sentence(recording, step) };
  }

  protected override stop(): void {
    this.stepper.pause();
  }

  /** What cannot be read leaves the picture as it was. */
  private read(typed: string, from: 'start' | 'end'): void {
    try {
      this.recording = record(typed, this.backend);
      this.complain(null);
      const last = lastStep(this.recording);
      this.stepper.reset(last, from === 'start' ? 0 : last);
    } catch (error) {
      this.complain(error instanceof Error ? error.message : String(error));
    }
  }

  private stepWords(step: number): string {
    if (this.recording === undefined) return '';
    const phase = phaseAt(this.recording, step);
    const of = `${step} of ${lastStep(this.recording)}`;
    if (phase.kind === 'start') return of;
    if (phase.kind === 'seed' || phase.kind === 'done') return `${of}: ${phase.kind}`;
    const id = phase.kind === 'forward' ? phase.node : phase.at.node;
    return `${of}: ${titleOf(this.recording.nodes[id])} ${phase.kind === 'forward' ? '↓' : '↑'}`;
  }
}
