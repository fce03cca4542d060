/** The ways of both models in numbers. */
import { NAMES } from '../../palette.js';
import type { Scene } from './scene.js';

/** A row for each half-block, columns for each model; the first row and the first column are headings. */
export function wayRows(scenes: readonly Scene[]): string[][] {
  const heads = scenes.flatMap(({ arch }) => {
    const of = (what: string) => `${NAMES[arch]}: ${what}`;
    return [...(arch === 'ngpt' ? [of('mean |α|')] : []), of('angle'), of('length'), of('kept')];
  });
  const stops = scenes[0]?.stops ?? [];
  return [
    ['after', ...heads],
    ...stops.map(({ label }, i) => [label, ...scenes.flatMap((scene) => cellsOf(scene, i))]),
  ];
}

function cellsOf({ arch, stops }: Scene, i: number): string[] {
  const { alpha, degrees, norm, kept } = stops[i];
  return [
    ...(arch === 'ngpt' ? [alpha === null ? '' : alpha.toFixed(3)] : []),
    i === 0 ? '' : `${degrees.toFixed(1)}°`,
    norm.toFixed(3),
    `${Math.round(100 * kept)} %`,
  ];
}
