/** Numbers as text, for who would rather read or hear them than look. */

import { formatTick } from '../../words.js';
import { axisTitle, type Chart, isDrawable, type Panel } from '../chart.js';
import { type Html, html } from './html.js';

export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  /** Words stand left, numbers right. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** Longer ones are thinned out: the log has them all. */
const MOST_ROWS = 40;
const DIGITS = 5;
const NUMBERS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 7 });

export function tableHtml({ caption, columns, rows }: Table): Html {
  const isWords = columns.map((_, i) => rows.some((row) => typeof row[i] === 'string'));
  const kind = (i: number) => (isWords[i] ? 'words' : 'number');
  const head = columns.map((column, i) => html`<th scope="col" class="${kind(i)}">${column}</th>`);
  const body = rows.map(
    (row) => html`<tr>${row.map((value, i) => html`<td class="${kind(i)}">${cell(value)}</td>`)}</tr>\n`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody></table></div>`;
}

function cell(value: string | number | null): string {
  if (typeof value === 'string') return value;
  if (value === null || !Number.isFinite(value)) return '–';
  const rounded = Number(value.toPrecision(DIGITS));
  const size = Math.abs(rounded);
  if (size !== 0 && (size < 1e-3 || size >= 1e9)) return formatTick(value);
  return NUMBERS.format(rounded);
}

/** One for every panel: a row for each place on the horizontal axis, a column for each series. */
export function chartTables(title: string, { panels }: Chart): Table[] {
  return panels.map((panel) => {
    const caption = panel.title === null ? title : `${title}: ${panel.title}`;
    return { ...panelTable(panel), caption };
  });
}

function panelTable({ x, y, series, rows: names }: Panel): Omit<Table, 'caption'> {
  const columns = series.flatMap(({ name, points }) => {
    const hasWhiskers = points.some(({ low, high }) => isDrawable(low, y) && isDrawable(high, y));
    return hasWhiskers ? [name, `${name}, lowest`, `${name}, highest`] : [name];
  });
  const byPlace = new Map<number, (number | null)[]>();
  let column = 0;
  for (const { points } of series) {
    const hasWhiskers = points.some(({ low, high }) => isDrawable(low, y) && isDrawable(high, y));
    for (const point of points) {
      const row = byPlace.get(point.x) ?? new Array<number | null>(columns.length).fill(null);
      row[column] = point.y;
      if (hasWhiskers) [row[column + 1], row[column + 2]] = [point.low ?? null, point.high ?? null];
      byPlace.set(point.x, row);
    }
    column += hasWhiskers ? 3 : 1;
  }
  const rows = [...byPlace]
    .sort(([a], [b]) => a - b)
    .map(([place, values]) => [names?.[place - 1] ?? place, ...values]);
  return { columns: [axisTitle(x), ...columns.map((name) => `${name}: ${axisTitle(y)}`)], rows: thin(rows) };
}

/** The first, the last, and some between. */
function thin<T>(rows: readonly T[]): readonly T[] {
  if (rows.length <= MOST_ROWS) return rows;
  return Array.from(
    { length: MOST_ROWS },
    (_, i) => rows[Math.round((i * (rows.length - 1)) / (MOST_ROWS - 1))],
  );
}
