/** Where the source decides about a switch. The pages it leads to are built beside this one. */
import { element } from '../../dom.js';
import type { Source } from '../../setup/option.js';

/** The address of a line, relative to the page; web/node/sources.ts writes what is there. */
export function sourceAddress({ file, words }: Source): string {
  return `./source/${file}.html#${encodeURIComponent(words)}`;
}

export function sourceLink(source: Source): HTMLAnchorElement {
  return element('a', { href: sourceAddress(source), target: '_blank', title: source.file }, 'source');
}
