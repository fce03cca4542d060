import { choice } from '../base/controls.js';
import { Figure, type Shown } from '../base/element.js';
import { exactBackend } from '../base/engine.js';
import { Stepper } from '../base/stepper.js';
import { drawWaits } from './draw.js';
import {
  LATE,
  MEMBERS,
  type MemberIndex,
  type OwnedParameter,
  ownedParameters,
  sentence,
  WAITS,
} from './step.js';

/** `<figure-waits>`: a training step of three threads, wait by wait. */
export class WaitsFigure extends Figure {
  protected readonly label = 'The waits of a step';
  private owned: readonly OwnedParameter[] = [];
  private late: MemberIndex = LATE;
  private readonly stepper = new Stepper({
    words: (step) => (step === 0 ? 'all' : `wait ${step} of ${WAITS.length}`),
    onStep: () => this.update(),
  });

  protected async start(): Promise<void> {
    this.owned = ownedParameters(await exactBackend());
    const members = MEMBERS.map((member) => [String(member), `member ${member}`] as const);
    this.controls.append(
      choice('Always late', members, String(this.late), (chosen) => {
        this.late = Number(chosen) as MemberIndex;
        this.update();
      }),
      this.stepper.element,
    );
    this.stepper.reset(WAITS.length, 0);
  }

  protected show(width: number): Shown {
    const state = { owned: this.owned, late: this.late, step: this.stepper.step };
    return { drawing: drawWaits(state, width), said: sentence(state) };
  }

  protected override stop(): void {
    this.stepper.pause();
  }
}
