/** Who looks at whom. */
import type { Architecture } from '../../../src/ngpt/index.js';
import type { App } from '../../app.js';
import { element } from '../../dom.js';
import { colour, NAMES } from '../../palette.js';
import { ARCHITECTURES } from '../../setup/train-settings.js';
import type { AnswerTo } from '../../training/questions.js';
import { Asking } from '../asking.js';
import { beginningIn } from '../beginning.js';
import type { Panel, PanelKind } from '../panel.js';
import { drawMap } from './draw-map.js';

export const ATTENTION: PanelKind = {
  title: 'Attention',
  sentence:
    'One square for each head: a row is a character, dark where it looks at one before it; the upper right, what follows, stays empty.',
  pause: 2000,
  saves: ['picture'],
  build,
};

/** Characters that fit beside each other in a square. */
const MOST = 32;

function build(host: HTMLElement, app: App): Panel {
  const problem = element('p', { className: 'problem', role: 'status' });
  const input = element('input', {
    type: 'text',
    id: 'attention-text',
    maxLength: 200,
    onchange: () => ask(),
  });
  const layer = element('select', { id: 'attention-layer', onchange: () => ask() });
  const places: Record<Architecture, HTMLElement> = {
    ngpt: element('div', { className: 'maps' }),
    gpt: element('div', { className: 'maps' }),
  };
  const asking = new Asking(app, problem);
  const ask = () =>
    asking.each(async (arch, run, isCurrent) => {
      const text = input.value.slice(-MOST);
      const answer = await run.ask<'attention'>(arch, {
        kind: 'attention',
        text,
        layer: Number(layer.value),
      });
      if (isCurrent()) places[arch].replaceChildren(...mapsOf(arch, answer));
    });

  const fill = beginningIn(input, app);

  host.append(
    element(
      'div',
      { className: 'row' },
      element('label', { htmlFor: 'attention-text' }, 'in'),
      input,
      element('label', { htmlFor: 'attention-layer' }, 'layer'),
      layer,
    ),
    problem,
    ...ARCHITECTURES.flatMap((arch) => [element('h3', {}, NAMES[arch]), places[arch]]),
  );
  return {
    draw(news) {
      if (news.has('run')) {
        const layers = Array.from({ length: app.setup.nLayer }, (_, i) =>
          element('option', { value: String(i) }, String(i + 1)),
        );
        layer.replaceChildren(...layers);
      }
      fill();
      ask();
    },
  };
}

function mapsOf(arch: Architecture, { text, heads, weights }: AnswerTo<'attention'>): HTMLElement[] {
  const size = Math.round(Math.sqrt(weights.length / heads));
  return Array.from({ length: heads }, (_, head) => {
    const canvas = element('canvas', { role: 'img' });
    const own = weights.subarray(head * size * size, (head + 1) * size * size);
    drawMap(canvas, own, size, colour(`--${arch}`));
    canvas.setAttribute('aria-label', `Head ${head + 1} of ${NAMES[arch]}: ${favourite(own, size, text)}`);
    return canvas;
  });
}

/** Whom the last character looks at most, in words. */
export function favourite(weights: Float32Array, size: number, text: string): string {
  const last = weights.subarray((size - 1) * size);
  const most = last.indexOf(Math.max(...last));
  const back = size - 1 - most;
  const who = back === 0 ? 'itself' : `'${[...text][most] ?? ''}', ${back} back`;
  return `the last character looks most at ${who} (${Math.round(100 * last[most])} %)`;
}
