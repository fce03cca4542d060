/** The likeliest next characters as bars. */
import type { Architecture } from '../../../src/ngpt/index.js';
import { element } from '../../dom.js';
import type { NextCharacter } from '../../measure/next.js';
import { NAMES } from '../../palette.js';

/** What stands for characters that cannot be seen. */
const SHOWN: Readonly<Record<string, string>> = { ' ': 'space', '\n': 'line', '\t': 'tab', '\r': 'return' };

/** A list of meters, the likeliest first. */
export function bars(arch: Architecture, next: readonly NextCharacter[]): HTMLElement {
  const items = next.map(({ character, probability }) => {
    const name = SHOWN[character] ?? character;
    const share = `${(100 * probability).toFixed(0)} %`;
    const bar = element('span', { className: 'bar' });
    bar.style.setProperty('--share', String(probability));
    return element(
      'li',
      {},
      element('span', { className: 'character' }, name),
      bar,
      element('span', { className: 'share' }, share),
    );
  });
  return element(
    'ol',
    { className: 'bars', 'aria-label': `What ${NAMES[arch]} thinks comes next` },
    ...items,
  );
}
