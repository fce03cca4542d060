/** Tables from rows of texts. */
import { element } from '../dom.js';

/** The first row and the first column are headings. */
export function tableOf(rows: readonly (readonly string[])[]): HTMLTableElement {
  const [head = [], ...body] = rows;
  return element(
    'table',
    {},
    element('thead', {}, rowOf(head, true)),
    element('tbody', {}, ...body.map((row) => rowOf(row, false))),
  );
}

function rowOf(cells: readonly string[], isHead: boolean): HTMLTableRowElement {
  return element(
    'tr',
    {},
    ...cells.map((cell, i) =>
      isHead || i === 0 ? element('th', { scope: isHead ? 'col' : 'row' }, cell) : element('td', {}, cell),
    ),
  );
}
