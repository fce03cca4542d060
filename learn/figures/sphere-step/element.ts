import type { Backend } from '../../../src/index.js';
import { Slider } from '../base/controls.js';
import { Figure, type Shown } from '../base/element.js';
import { exactBackend } from '../base/engine.js';
import { Handle } from '../base/handle.js';
import { shown } from '../base/numbers.js';
import type { Point } from '../base/svg.js';
import { drawSphereStep, onPicture, placeIn } from './draw.js';
import { type SphereStepState, START, sphereStepOf } from './geometry.js';

const DEGREES_PER_KEY = 2;

/** `<figure-sphere-step>`: h and a target to drag, α to choose. */
export class SphereStepFigure extends Figure {
  protected readonly label = 'One step on the sphere';
  private backend!: Backend;
  private state = START;
  private readonly handles = {
    h: this.handle('h', 'h, an angle in degrees'),
    target: this.handle('target', 'the target, an angle in degrees'),
  };

  protected async start(): Promise<void> {
    this.backend = await exactBackend();
    const alpha = new Slider({
      ...{ label: 'α', min: 0, max: 1, step: 0.01, value: this.state.alpha },
      words: (value) => shown(value, 3),
      onInput: (value) => this.set({ alpha: value }),
    });
    this.controls.append(alpha.element);
    this.canvas.append(this.handles.h.element, this.handles.target.element);
  }

  protected show(width: number): Shown {
    const { state } = this;
    const step = sphereStepOf(state, this.backend);
    const place = placeIn(width);
    this.handles.h.place(onPicture(place, step.h), state.h, `${state.h}°`);
    this.handles.target.place(onPicture(place, step.target), state.target, `${state.target}°`);
    const said =
      `Drag h and the target. With α = ${shown(state.alpha, 3)} the straight step turns h by ${shown(step.lerpAngle, 3)}°, ` +
      `slerp by ${shown(step.slerpAngle, 3)}°. With −cos of the angle between the new h and the target as the loss, ∂loss/∂α = ${shown(step.alphaGradient, 3)}.`;
    return { drawing: drawSphereStep(state, step, width), said };
  }

  private handle(which: 'h' | 'target', label: string): Handle {
    return new Handle({
      ...{ label, min: 0, max: 359 },
      onDrag: (point) => this.set({ [which]: this.angleOf(point) }),
      onKey: (steps) => this.set({ [which]: whole(this.state[which] + steps * DEGREES_PER_KEY) }),
    });
  }

  private set(change: Partial<SphereStepState>): void {
    this.state = { ...this.state, ...change };
    this.update();
  }

  private angleOf({ x, y }: Point): number {
    const { centre } = placeIn(this.width);
    return whole((Math.atan2(centre.y - y, x - centre.x) * 180) / Math.PI);
  }
}

function whole(degrees: number): number {
  return ((Math.round(degrees) % 360) + 360) % 360;
}
