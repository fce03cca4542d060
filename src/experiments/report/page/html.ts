/** HTML from data: everything that is put into a template is escaped, unless it is HTML itself. */
import { printable } from '../draw/document.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A piece of HTML that was made here: only `html` and `trusted` make one. */
export class Html {
  constructor(readonly text: string) {}
}

/** What is HTML, SVG or CSS already, and holds no data that is not escaped. */
export function trusted(text: string): Html {
  return new Html(text);
}

export type Part = string | number | Html | readonly Html[];

/** `html`<p>${name}</p>`` */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, string, i) => text + asText(parts[i - 1]) + string));
}

export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

function asText(part: Part): string {
  if (part instanceof Html) return part.text;
  return typeof part === 'object' ? part.map(({ text }) => text).join('') : escapeHtml(String(part));
}
