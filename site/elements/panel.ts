/** Buttons, the editor once it is wanted, and what the code printed: for code that runs, and for exercises. */
import type { Editor } from './editor.js';
import { stop } from './run/runner.js';

export class CodePanel {
  readonly element = part('div', 'panel');
  private readonly place = part('div', 'editor');
  private readonly buttons = part('div', 'buttons');
  private readonly output = part('div', 'output');
  private readonly stopButton: HTMLButtonElement;
  private editor: Editor | null = null;
  /** What is hidden while the editor stands for it. */
  private still: HTMLElement | null = null;
  private isRunning = false;

  /** @param onChange is told every text that is written */
  constructor(
    private readonly original: string,
    private readonly label: string,
    private readonly onRun: () => void,
    private readonly onChange: (text: string) => void = () => {},
  ) {
    this.output.setAttribute('role', 'status');
    this.output.tabIndex = 0;
    this.output.setAttribute('aria-label', 'output');
    this.output.hidden = true;
    this.stopButton = this.addButton('Stop', stop);
    this.stopButton.hidden = true;
    this.element.append(this.place, this.buttons, this.output);
  }

  text(): string {
    return this.editor?.text() ?? this.original;
  }

  addButton(name: string, onClick: () => void, className = ''): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = name;
    button.className = className;
    button.addEventListener('click', onClick);
    this.buttons.insertBefore(button, this.stopButton ?? null);
    return button;
  }

  /** Opens the editor in place of `still`. */
  async edit(still: HTMLElement | null, text = this.original): Promise<void> {
    if (this.editor === null) {
      const { openEditor } = await import('./editor.js');
      this.editor ??= openEditor(this.place, text, this.label, {
        onRun: this.onRun,
        onChange: this.onChange,
      });
    }
    this.still = still;
    if (still !== null) still.hidden = true;
    if (still !== null) this.editor.focus();
  }

  /** The text as it was. */
  reset(): void {
    this.editor?.set(this.original);
    if (this.still !== null) this.still.hidden = false;
    if (this.still !== null) this.close();
    this.output.hidden = true;
    this.output.replaceChildren();
  }

  begin(): void {
    this.output.replaceChildren();
    this.output.hidden = false;
    this.output.setAttribute('aria-busy', 'true');
    this.isRunning = true;
    // What ends at once needs no button to stop it.
    setTimeout(() => {
      this.stopButton.hidden = !this.isRunning;
    }, 500);
  }

  /** A line of output, with the mark of its kind. */
  print(text: string, className = 'line'): void {
    const line = part('pre', className);
    line.textContent = text;
    this.output.append(line);
  }

  add(...nodes: Node[]): void {
    this.output.append(...nodes);
  }

  /** @param silence what to say where nothing was printed */
  end(silence = ''): void {
    this.isRunning = false;
    this.stopButton.hidden = true;
    this.output.removeAttribute('aria-busy');
    if (this.output.childElementCount === 0 && silence !== '') this.print(silence, 'note');
  }

  private close(): void {
    this.place.replaceChildren();
    this.editor = null;
    this.still = null;
  }
}

export function part<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}
