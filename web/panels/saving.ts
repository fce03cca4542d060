/** Buttons under a panel that save what it shows: its drawings as a PNG, the numbers of its tables as CSV. */
import { element, write } from '../dom.js';
import { rowsCsv } from '../keeping/csv.js';
import { download } from '../keeping/download.js';
import { pictureOf } from '../keeping/pictures.js';
import { colour } from '../palette.js';

/** What a panel has to save. */
export type Saved = 'picture' | 'numbers';

const LABELS: Readonly<Record<Saved, string>> = { picture: 'Save picture', numbers: 'Save numbers' };

/** @param name - of the panel's files; `title` is what it is called on the page. */
export function saving(
  name: string,
  title: string,
  body: HTMLElement,
  kinds: readonly Saved[],
): HTMLElement | null {
  if (kinds.length === 0) return null;
  const said = element('span', { role: 'status' });
  const save: Record<Saved, () => Promise<string>> = {
    picture: () => savePicture(`${name}.png`, body),
    numbers: async () => saveNumbers(`${name}.csv`, body),
  };
  const buttons = kinds.map((kind) =>
    element(
      'button',
      {
        ...{ type: 'button', id: `${name}-save-${kind}`, className: 'small' },
        'aria-label': `${LABELS[kind]} of ${title}`,
        onclick: async () => write(said, await save[kind]()),
      },
      LABELS[kind],
    ),
  );
  return element('div', { className: 'row saving' }, ...buttons, said);
}

async function savePicture(file: string, body: HTMLElement): Promise<string> {
  const png = await pictureOf(body, colour);
  if (png === null) return 'Nothing is drawn yet.';
  download(file, png);
  return `${file} is saved.`;
}

function saveNumbers(file: string, body: HTMLElement): string {
  const tables = [...body.querySelectorAll('table')];
  if (tables.length === 0) return 'There are no numbers yet.';
  const csv = tables.map((table) => rowsCsv(rowsOf(table))).join('\n');
  download(file, new Blob([csv], { type: 'text/csv' }));
  return `${file} is saved.`;
}

function rowsOf(table: HTMLTableElement): string[][] {
  return [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent ?? ''));
}
