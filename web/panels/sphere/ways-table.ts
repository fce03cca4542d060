/** The ways of both models in numbers. */
import { element } from '../../dom.js';
import { NAMES } from '../../palette.js';
import type { Scene } from './scene.js';

/** A row for each half-block, columns for each model. */
export function waysTable(scenes: readonly Scene[]): HTMLTableElement {
  const rows = scenes[0]?.stops.map(({ label }) => label) ?? [];
  const heads = scenes.flatMap(({ arch }) => [
    ...(arch === 'ngpt' ? [`${NAMES[arch]}: mean |α|`] : []),
    `${NAMES[arch]}: angle`,
    `${NAMES[arch]}: length`,
    `${NAMES[arch]}: kept`,
  ]);
  return element(
    'table',
    {},
    element('thead', {}, row('th', ['after', ...heads])),
    element(
      'tbody',
      {},
      ...rows.map((label, i) =>
        row('td', [
          label,
          ...scenes.flatMap(({ arch, stops }) => {
            const { alpha, degrees, norm, kept } = stops[i];
            return [
              ...(arch === 'ngpt' ? [alpha === null ? '' : alpha.toFixed(3)] : []),
              i === 0 ? '' : `${degrees.toFixed(1)}°`,
              norm.toFixed(3),
              `${Math.round(100 * kept)} %`,
            ];
          }),
        ]),
      ),
    ),
  );
}

function row(tag: 'th' | 'td', cells: readonly string[]): HTMLTableRowElement {
  return element(
    'tr',
    {},
    ...cells.map((cell, i) =>
      i === 0 || tag === 'th'
        ? element('th', { scope: tag === 'th' ? 'col' : 'row' }, cell)
        : element('td', {}, cell),
    ),
  );
}
