/** Source in colours: Lezer parses all of it in seconds, and the editor in the pages has the same words for its classes. */
import { classHighlighter, highlightCode } from '@lezer/highlight';
import { parser } from '@lezer/javascript';

const PARSERS: Readonly<Record<string, typeof parser>> = {
  ts: parser.configure({ dialect: 'ts' }),
  mjs: parser,
  js: parser,
};

/** The lines of a file as HTML. `linked` may give the address of a string. */
export function highlight(
  text: string,
  extension: string,
  linked: (word: string) => string | null,
): string[] {
  const chosen = PARSERS[extension];
  if (chosen === undefined) return text.split('\n').map(escaped);
  const lines = [''];
  const put = (html: string): void => {
    lines[lines.length - 1] += html;
  };
  highlightCode(
    text,
    chosen.parse(text),
    classHighlighter,
    (word, classes) => {
      const address = classes === 'tok-string' ? linked(word.slice(1, -1)) : null;
      const inner = address === null ? escaped(word) : `<a href="${address}">${escaped(word)}</a>`;
      put(classes === '' ? inner : `<span class="${classes}">${inner}</span>`);
    },
    () => lines.push(''),
  );
  return lines;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
