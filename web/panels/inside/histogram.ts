/** A distribution as a small picture. */
import { type Drawing, inPage, rect, SMALL_TEXT, tag } from '../../../learn/figures/base/svg.js';
import type { Distribution } from '../../../src/experiments/inspect/model-report.js';

const [WIDTH, HEIGHT, GROUND] = [220, 90, 16];

/** Bars of equal width in `colour`, with the least and the greatest value under them. */
export function histogram(
  { histogram: { counts, edges }, mean }: Distribution,
  colour: string,
  name: string,
): string {
  const most = Math.max(...counts, 1);
  const width = WIDTH / counts.length;
  const top = HEIGHT - GROUND;
  const bars = counts.map((count, i) =>
    rect(i * width, top - (count / most) * top, Math.max(1, width - 1), (count / most) * top, {
      fill: colour,
    }),
  );
  const word = (x: number, anchor: string, value: number) =>
    tag(
      'text',
      { x, y: HEIGHT - 3, fill: 'var(--text)', 'font-size': SMALL_TEXT, 'text-anchor': anchor },
      value.toPrecision(2),
    );
  const drawing: Drawing = {
    ...{ width: WIDTH, height: HEIGHT },
    says: `${name}: mean ${mean.toPrecision(3)}, from ${edges[0].toPrecision(3)} to ${edges[edges.length - 1].toPrecision(3)}`,
    body: [...bars, word(0, 'start', edges[0]), word(WIDTH, 'end', edges[edges.length - 1])].join(''),
  };
  return inPage(drawing);
}
