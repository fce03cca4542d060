/** A point of a picture that can be dragged, and moved by arrow keys: a slider to whoever does not see it. */
import type { Point } from './svg.js';

export interface HandleOptions {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** Where the pointer is, in pixels of the picture. */
  readonly onDrag: (point: Point) => void;
  /** By how many steps the keys move it. */
  readonly onKey: (steps: number) => void;
}

const KEYS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

export class Handle {
  readonly element = document.createElement('div');

  constructor({ label, min, max, onDrag, onKey }: HandleOptions) {
    const { element } = this;
    element.className = 'handle';
    element.tabIndex = 0;
    element.setAttribute('role', 'slider');
    element.setAttribute('aria-label', label);
    element.setAttribute('aria-valuemin', String(min));
    element.setAttribute('aria-valuemax', String(max));
    element.addEventListener('pointerdown', (event) => {
      element.setPointerCapture(event.pointerId);
      element.focus();
      event.preventDefault();
    });
    element.addEventListener('pointermove', (event) => {
      if (!element.hasPointerCapture(event.pointerId)) return;
      const frame = element.parentElement?.getBoundingClientRect();
      if (frame) onDrag({ x: event.clientX - frame.left, y: event.clientY - frame.top });
    });
    element.addEventListener('keydown', (event) => {
      const steps = KEYS[event.key];
      if (steps === undefined) return;
      event.preventDefault();
      onKey(steps);
    });
  }

  /** Puts it there, and says what that stands for. */
  place({ x, y }: Point, value: number, words: string): void {
    const { element } = this;
    element.style.left = `${x}px`;
    element.style.top = `${y}px`;
    element.setAttribute('aria-valuenow', String(value));
    element.setAttribute('aria-valuetext', words);
  }
}
