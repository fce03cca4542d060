import { Figure, type Shown } from '../base/element.js';
import { freshWasmBackend } from '../base/engine.js';
import { Stepper } from '../base/stepper.js';
import { drawMemory, sentence } from './draw.js';
import { measureStep, phaseAt, type StepMemory } from './measure.js';

/** `<figure-memory>`: the memory over a training step of a small nGPT, which trains while the page looks on. */
export class MemoryFigure extends Figure {
  protected readonly label = 'The memory of a training step';
  private memory!: StepMemory;
  private readonly stepper = new Stepper({
    words: (moment) =>
      this.memory === undefined
        ? ''
        : `${moment + 1} of ${this.memory.bytes.length}, ${phaseAt(this.memory, moment)}`,
    onStep: () => this.update(),
  });

  protected async start(): Promise<void> {
    this.memory = measureStep(await freshWasmBackend());
    this.controls.append(this.stepper.element);
    this.stepper.reset(this.memory.bytes.length - 1, this.memory.begins.backward);
  }

  protected show(width: number): Shown {
    const state = { memory: this.memory, moment: this.stepper.step };
    return { drawing: drawMemory(state, width), said: sentence(state) };
  }

  protected override stop(): void {
    this.stepper.pause();
  }
}
