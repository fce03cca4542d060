/** Step forward, back, or let it run: for figures that show one thing after the other. */
import { button, Slider } from './controls.js';

const MILLISECONDS_PER_STEP = 1100;

export interface StepperOptions {
  /** What a step is called where it is read out: `step 3 of 9: tanh`. */
  readonly words: (step: number) => string;
  readonly onStep: (step: number) => void;
}

/** Steps from 0 to `last`. Whoever asks for less motion gets no button that lets it run. */
export class Stepper {
  readonly element = document.createElement('div');
  private readonly back = button('◀ Back', () => this.go(this.step - 1));
  private readonly forward = button('Forward ▶', () => this.go(this.step + 1));
  private readonly play = button('Play', () => this.toggle());
  private readonly slider: Slider;
  private readonly onStep: (step: number) => void;
  private current = 0;
  private timer: ReturnType<typeof setInterval> | undefined;
  private end = 0;

  constructor({ words, onStep }: StepperOptions) {
    this.onStep = onStep;
    const onInput = (step: number) => this.go(step);
    this.slider = new Slider({ ...{ label: 'Step', min: 0, max: 0, step: 1, value: 0 }, words, onInput });
    this.element.className = 'row';
    const running = wantsLessMotion() ? [] : [this.play];
    this.element.append(this.back, ...running, this.forward, this.slider.element);
  }

  get step(): number {
    return this.current;
  }

  /** The number of the last step. */
  get last(): number {
    return this.end;
  }

  /** Another sequence, shown from `step` on. */
  reset(last: number, step: number): void {
    this.pause();
    this.end = last;
    this.slider.max = last;
    this.show(step);
  }

  pause(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.play.textContent = 'Play';
  }

  private toggle(): void {
    if (this.timer !== undefined) {
      this.pause();
      return;
    }
    if (this.step === this.end) this.show(0);
    this.play.textContent = 'Pause';
    this.timer = setInterval(() => {
      this.show(this.step + 1);
      if (this.step === this.end) this.pause();
    }, MILLISECONDS_PER_STEP);
  }

  private go(step: number): void {
    this.pause();
    this.show(step);
  }

  private show(step: number): void {
    this.current = Math.max(0, Math.min(this.end, step));
    this.slider.value = this.current;
    // Not `disabled`, which would throw the focus out of a button at the end of the way.
    this.back.setAttribute('aria-disabled', String(this.current === 0));
    this.forward.setAttribute('aria-disabled', String(this.current === this.end));
    this.onStep(this.current);
  }
}

export function wantsLessMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
