import type { Backend } from '../../../src/index.js';
import { field } from '../base/controls.js';
import { Figure, type Shown } from '../base/element.js';
import { exactBackend } from '../base/engine.js';
import { Stepper, wantsLessMotion } from '../base/stepper.js';
import { drawBroadcast } from './draw.js';
import { type Broadcast, broadcastOf, cellAt, lastStep, parseShape, sentence } from './sums.js';

/** `<figure-broadcast a="2, 3" b="3">`: shapes to type, and how a sum reads them and passes gradients back. */
export class BroadcastFigure extends Figure {
  protected readonly label = 'Broadcasting and summing';
  private backend!: Backend;
  private broadcast!: Broadcast;
  private readonly typed = { a: '2, 3', b: '3' };
  private readonly stepper = new Stepper({
    words: (step) => this.stepWords(step),
    onStep: () => this.update(),
  });

  protected async start(): Promise<void> {
    this.backend = await exactBackend();
    for (const name of ['a', 'b'] as const) {
      this.typed[name] = this.getAttribute(name) ?? this.typed[name];
      this.controls.append(
        field(`Shape of ${name}`, this.typed[name], (typed) => {
          this.typed[name] = typed;
          this.read();
        }),
      );
    }
    this.controls.append(this.stepper.element);
    this.broadcast = broadcastOf([2, 3], [3], this.backend);
    this.read();
  }

  protected show(width: number): Shown {
    const { broadcast } = this;
    const { step } = this.stepper;
    return { drawing: drawBroadcast({ broadcast, step }, width), said: sentence(broadcast, step) };
  }

  protected override stop(): void {
    this.stepper.pause();
  }

  private read(): void {
    try {
      this.broadcast = broadcastOf(parseShape(this.typed.a), parseShape(this.typed.b), this.backend);
      this.complain(null);
      this.stepper.reset(lastStep(this.broadcast), wantsLessMotion() ? lastStep(this.broadcast) : 0);
    } catch (error) {
      this.complain(error instanceof Error ? error.message : String(error));
    }
  }

  private stepWords(step: number): string {
    if (this.broadcast === undefined) return '';
    const at = cellAt(this.broadcast, step);
    const way = at === null ? '' : at.isBack ? ', backward' : ', forward';
    return `${step} of ${lastStep(this.broadcast)}${way}`;
  }
}
