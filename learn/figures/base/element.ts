/** What every figure that moves is made of: controls, the picture, and a sentence about it. */
import { STYLE } from './style.js';
import { type Drawing, inPage } from './svg.js';

/** What is shown: a picture, and what has just happened in it. */
export interface Shown {
  readonly drawing: Drawing;
  readonly said: string;
}

/** Figures are drawn as wide as the page allows, between these. */
const NARROWEST = 280;
const WIDEST = 720;

/**
 * A figure. Its still picture stands inside the element in the page's text, and stays in sight until the engine is there
 * to draw it anew, and where that fails.
 */
export abstract class Figure extends HTMLElement {
  /** What the figure is called where its parts are read out. */
  protected abstract readonly label: string;
  protected readonly controls = part('div', 'controls');
  /** As large as the picture: what is to lie above it goes in here. */
  protected readonly canvas = part('div', 'canvas');
  private readonly stage = part('div', 'stage');
  private readonly picture = part('div', 'picture');
  private readonly said = part('p', 'said');
  private readonly problem = part('p', 'problem');
  private readonly frame = part('div', 'frame');
  private readonly resized = new ResizeObserver(() => this.onResize());
  protected width = 0;
  private isReady = false;

  connectedCallback(): void {
    this.resized.observe(this);
    if (this.shadowRoot === null) void this.build(this.attachShadow({ mode: 'open' }));
  }

  disconnectedCallback(): void {
    this.resized.disconnect();
    this.stop();
  }

  /** Makes the controls, and the values that the first picture needs. */
  protected abstract start(): Promise<void>;

  /** The picture of what the controls say now, at most `width` pixels wide if it can be. */
  protected abstract show(width: number): Shown;

  /** Ends what runs by itself; called when the figure leaves the page. */
  protected stop(): void {}

  /** Draws what the controls say now. */
  protected update(): void {
    if (!this.isReady || this.width === 0) return;
    const { drawing, said } = this.show(this.width);
    this.picture.innerHTML = inPage(drawing);
    this.canvas.style.width = `${Math.ceil(drawing.width)}px`;
    if (this.said.textContent !== said) this.said.textContent = said;
    this.markScrolling();
  }

  /** Says what is wrong with what was typed; null when nothing is. The picture stays. */
  protected complain(problem: string | null): void {
    this.problem.textContent = problem ?? '';
    this.problem.hidden = problem === null;
  }

  private async build(root: ShadowRoot): Promise<void> {
    root.adoptedStyleSheets = [styleSheet()];
    const still = document.createElement('slot');
    this.frame.hidden = true;
    this.frame.setAttribute('role', 'group');
    this.frame.setAttribute('aria-label', this.label);
    this.said.setAttribute('role', 'status');
    this.problem.setAttribute('role', 'alert');
    this.complain(null);
    this.canvas.append(this.picture);
    this.stage.append(this.canvas);
    this.frame.append(this.controls, this.problem, this.stage, this.said);
    root.append(this.frame, still);
    try {
      await this.start();
      this.isReady = true;
      this.frame.hidden = false;
      still.hidden = true;
      this.onResize();
      this.update();
    } catch (error) {
      console.error(`${this.label}:`, error);
    }
  }

  private onResize(): void {
    // Borders and padding of the frame.
    const width = Math.max(NARROWEST, Math.min(WIDEST, this.clientWidth - 26));
    if (width === this.width || this.clientWidth === 0) return;
    this.width = width;
    this.update();
  }

  /** What can be scrolled must be reached by keyboard. */
  private markScrolling(): void {
    const { stage } = this;
    const scrolls = stage.scrollWidth > stage.clientWidth + 1;
    if (scrolls) stage.tabIndex = 0;
    else stage.removeAttribute('tabindex');
    stage.setAttribute('role', scrolls ? 'region' : 'none');
    if (scrolls) stage.setAttribute('aria-label', `${this.label}, to be scrolled`);
    else stage.removeAttribute('aria-label');
  }
}

let sheet: CSSStyleSheet | undefined;

/** One for all figures. It is made here, not written into the page: pages with a strict policy refuse those. */
function styleSheet(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
  }
  return sheet;
}

function part(name: 'div' | 'p', className: string): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  return made;
}
