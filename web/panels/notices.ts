/** What the page has to say: the latest of each model and of the page itself, until it is put away. */
import type { Architecture } from '../../src/ngpt/index.js';
import { NAMES } from '../palette.js';
import type { Offer } from '../training/run.js';

type Source = Architecture | 'page' | 'offer';

export class Notices {
  private readonly latest = new Map<Source, string>();
  /** What may be done about one of them. */
  offer: Offer | null = null;

  /**
   * It takes the place of what was said of the same one before; an empty text leaves nothing.
   * @param arch - whom it is about; null for the page
   * @param offer - what may be done about it; such a sentence stands beside others, and there is one of them at a time
   */
  say(arch: Architecture | null, text: string, offer?: Offer): void {
    const source = offer === undefined ? (arch ?? 'page') : 'offer';
    this.latest.delete(source);
    if (text !== '') this.latest.set(source, arch === null ? text : `${NAMES[arch]}: ${text}`);
    if (offer !== undefined) this.offer = offer;
  }

  clear(): void {
    this.latest.clear();
    this.offer = null;
  }

  /** A line each, the latest last; what is true of both models is said once. */
  get text(): string {
    const [ngpt, gpt] = [this.latest.get('ngpt'), this.latest.get('gpt')].map((text) =>
      text?.replace(/^\w+: /, ''),
    );
    if (ngpt === undefined || ngpt !== gpt) return [...this.latest.values()].join('\n');
    const others = [...this.latest].filter(([source]) => source === 'page' || source === 'offer');
    return [`Both models: ${ngpt}`, ...others.map(([, text]) => text)].join('\n');
  }
}
