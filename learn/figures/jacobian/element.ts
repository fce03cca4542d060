import type { Backend } from '../../../src/index.js';
import { Slider } from '../base/controls.js';
import { Figure, type Shown } from '../base/element.js';
import { exactBackend } from '../base/engine.js';
import { shown } from '../base/numbers.js';
import { drawJacobian } from './draw.js';
import { START, sentence, unitSlopes } from './slopes.js';

/** `<figure-jacobian>`: x by sliders, and the slopes of unit(x). */
export class JacobianFigure extends Figure {
  protected readonly label = 'The Jacobian of unit';
  private backend!: Backend;
  private readonly x = [...START] as number[];

  protected async start(): Promise<void> {
    this.backend = await exactBackend();
    this.x.forEach((value, i) => {
      const slider = new Slider({
        ...{ label: `x${i + 1}`, min: -3, max: 3, step: 0.1, value },
        words: (each) => shown(each, 2),
        onInput: (each) => {
          this.x[i] = each;
          this.update();
        },
      });
      this.controls.append(slider.element);
    });
  }

  protected show(width: number): Shown {
    const slopes = unitSlopes([...this.x], this.backend);
    return { drawing: drawJacobian(slopes, width), said: sentence(slopes) };
  }
}
