/** `<run-code>`: a block of code with what it prints, which may be changed and run anew. */
import { CodePanel } from './panel.js';
import { request } from './run/runner.js';

export class RunCode extends HTMLElement {
  connectedCallback(): void {
    const code = this.querySelector<HTMLElement>('pre code');
    if (code === null || this.querySelector('.panel') !== null) return;
    const text = code.textContent ?? '';
    const panel = new CodePanel(text, 'code that runs here', () => void run());
    const run = async (): Promise<void> => {
      panel.begin();
      await request({ kind: 'run', text: panel.text() }, (report) => {
        if (report.kind === 'printed') panel.print(report.text);
        if (report.kind === 'failed') panel.print(report.message, 'problem');
      });
      panel.end('ran; it printed nothing');
    };
    panel.addButton('Run', () => void run(), 'primary');
    panel.addButton('Edit', () => void panel.edit(this.querySelector<HTMLElement>('div[class*=language-]')));
    panel.addButton('Reset', () => panel.reset());
    this.append(panel.element);
  }
}
