import { choice, tickBox } from '../base/controls.js';
import { Figure, type Shown } from '../base/element.js';
import { exactBackend } from '../base/engine.js';
import { Stepper, wantsLessMotion } from '../base/stepper.js';
import { type Lanes, lastStep, type Row, rowOf, sentence } from './count.js';
import { drawLanes } from './draw.js';

const WORDS = [
  ['1', '1: plain code'],
  ['4', '4: 128 bits'],
  ['8', '8: 256 bits'],
] as const;

/** `<figure-lanes>`: one row of a matrix product, one, four or eight numbers at a time. */
export class LanesFigure extends Figure {
  protected readonly label = 'Lanes of SIMD';
  private row!: Row;
  private lanes: Lanes = 4;
  private isFused = false;
  private readonly stepper = new Stepper({
    words: (step) => `${step} of ${lastStep(this.lanes)}`,
    onStep: () => this.update(),
  });

  protected async start(): Promise<void> {
    this.row = rowOf(await exactBackend());
    this.controls.append(
      choice('Lanes', WORDS, '4', (chosen) => {
        this.lanes = Number(chosen) as Lanes;
        this.begin();
      }),
      tickBox('fused multiply-add', this.isFused, (isFused) => {
        this.isFused = isFused;
        this.update();
      }),
      this.stepper.element,
    );
    this.begin();
  }

  protected show(width: number): Shown {
    const { row, lanes, isFused, stepper } = this;
    const drawing = drawLanes({ row, lanes, isFused, step: stepper.step }, width);
    return { drawing, said: sentence(row, lanes, stepper.step) };
  }

  protected override stop(): void {
    this.stepper.pause();
  }

  private begin(): void {
    const last = lastStep(this.lanes);
    this.stepper.reset(last, wantsLessMotion() ? last : 1);
  }
}
