/** What the page has to say: the latest of each model and of the page itself, until it is put away. */
import type { Architecture } from '../../src/ngpt/index.js';
import { NAMES } from '../palette.js';

type Source = Architecture | 'page';

export class Notices {
  private readonly latest = new Map<Source, string>();

  /** @param arch - whom it is about; null for the page. It takes the place of what was said of the same one before. */
  say(arch: Architecture | null, text: string): void {
    this.latest.delete(arch ?? 'page');
    this.latest.set(arch ?? 'page', arch === null ? text : `${NAMES[arch]}: ${text}`);
  }

  clear(): void {
    this.latest.clear();
  }

  /** A line each, the latest last; what is true of both models is said once. */
  get text(): string {
    const [ngpt, gpt] = [this.latest.get('ngpt'), this.latest.get('gpt')].map((text) =>
      text?.replace(/^\w+: /, ''),
    );
    if (ngpt === undefined || ngpt !== gpt) return [...this.latest.values()].join('\n');
    const page = this.latest.get('page');
    return [`Both models: ${ngpt}`, ...(page === undefined ? [] : [page])].join('\n');
  }
}
