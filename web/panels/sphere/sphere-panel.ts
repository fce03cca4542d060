/** The way of one character through the layers of both models. */
import { inPage } from '../../../learn/figures/base/svg.js';
import type { Architecture } from '../../../src/ngpt/index.js';
import type { App } from '../../app.js';
import { element, write } from '../../dom.js';
import { NAMES } from '../../palette.js';
import { ARCHITECTURES } from '../../setup/train-settings.js';
import { Asking } from '../asking.js';
import { beginningIn } from '../beginning.js';
import type { Panel, PanelKind } from '../panel.js';
import { tableOf } from '../table.js';
import { drawScene } from './draw.js';
import type { View } from './geometry.js';
import { keptWords, type Scene, sceneOf } from './scene.js';
import { wayRows } from './way-rows.js';

export const SPHERE: PanelKind = {
  title: 'The way of one character',
  sentence:
    'From its embedding (ring) through attention and MLP of every layer to the output: nGPT goes along the sphere, a part |α| of the way to each target (cross); GPT adds, and its state grows.',
  pause: 1000,
  saves: ['picture', 'numbers'],
  build,
};

const START: View = { turn: 0.6, tilt: 0.35 };

function build(host: HTMLElement, app: App): Panel {
  let view = START;
  const scenes = new Map<Architecture, Scene>();
  const problem = element('p', { className: 'problem', role: 'status', id: 'sphere-problem' });
  const input = element('input', {
    type: 'text',
    id: 'sphere-text',
    value: '',
    maxLength: 500,
    onchange: () => ask(),
  });
  const pictures: Record<Architecture, HTMLElement> = {
    ngpt: element('div', { className: 'picture' }),
    gpt: element('div', { className: 'picture' }),
  };
  const kept = element('p', { id: 'sphere-kept' });
  const table = element('div', {
    className: 'scroll',
    tabIndex: 0,
    role: 'region',
    'aria-label': 'Steps in numbers',
  });

  const draw = () => {
    for (const [arch, scene] of scenes)
      pictures[arch].innerHTML = inPage(drawScene(scene, view, saysOf(scene)));
    const own = scenes.get('ngpt') ?? scenes.get('gpt');
    if (own !== undefined) write(kept, keptWords(own));
    table.replaceChildren(tableOf(wayRows(ARCHITECTURES.flatMap((arch) => scenes.get(arch) ?? []))));
  };
  const asking = new Asking(app, problem);
  const ask = () =>
    asking.each(async (arch, run, isCurrent) => {
      const trace = await run.ask<'trace'>(arch, { kind: 'trace', text: input.value });
      if (!isCurrent()) return;
      scenes.set(arch, sceneOf(arch, trace, scenes.get(arch)?.directions));
      draw();
    });

  const fill = beginningIn(input, app);

  host.append(
    element(
      'div',
      { className: 'row' },
      element('label', { htmlFor: 'sphere-text' }, 'the last character of '),
      input,
    ),
    problem,
    element(
      'div',
      { className: 'pair' },
      ...ARCHITECTURES.map((arch) =>
        element('figure', {}, pictures[arch], element('figcaption', {}, NAMES[arch])),
      ),
    ),
    turning((change) => {
      view = { ...view, ...change };
      draw();
    }, pictures),
    kept,
    table,
  );
  return {
    draw(news) {
      if (news.has('run')) {
        scenes.clear();
        for (const picture of Object.values(pictures)) picture.replaceChildren();
      }
      fill();
      ask();
    },
  };
}

function saysOf({ arch, stops }: Scene): string {
  const way = stops.slice(1).map(({ label, degrees }) => `${label} ${degrees.toFixed(0)}°`);
  return `${NAMES[arch]}: ${way.join(', ')}; length at the end ${stops[stops.length - 1].norm.toFixed(2)}`;
}

/** Sliders to turn both pictures, which can be dragged as well. */
function turning(
  change: (view: Partial<View>) => void,
  pictures: Record<Architecture, HTMLElement>,
): HTMLElement {
  const slider = (id: string, label: string, value: number, limit: number, name: keyof View) => {
    const input = element('input', {
      ...{ type: 'range', id, min: String(-limit), max: String(limit), step: '0.01', value: String(value) },
      oninput: () => change({ [name]: Number(input.value) }),
    });
    return { input, node: element('span', {}, element('label', { htmlFor: id }, `${label} `), input) };
  };
  const turn = slider('sphere-turn', 'turn', START.turn, Math.PI, 'turn');
  const tilt = slider('sphere-tilt', 'tilt', START.tilt, Math.PI / 2, 'tilt');
  const move = ({ movementX, movementY, buttons }: PointerEvent) => {
    if (buttons !== 1) return;
    turn.input.valueAsNumber = wrapped(turn.input.valueAsNumber + movementX / 100);
    tilt.input.valueAsNumber += movementY / 100;
    change({ turn: turn.input.valueAsNumber, tilt: tilt.input.valueAsNumber });
  };
  for (const picture of Object.values(pictures)) picture.addEventListener('pointermove', move);
  return element('div', { className: 'row' }, turn.node, tilt.node);
}

function wrapped(angle: number): number {
  return angle > Math.PI ? angle - 2 * Math.PI : angle < -Math.PI ? angle + 2 * Math.PI : angle;
}
