/** What the weights look like: scales, embeddings, condition numbers. */
import type { Architecture } from '../../../src/ngpt/index.js';
import type { App } from '../../app.js';
import { element, write } from '../../dom.js';
import type { Inside } from '../../measure/inside.js';
import { NAMES } from '../../palette.js';
import { ARCHITECTURES } from '../../setup/train-settings.js';
import { Asking } from '../asking.js';
import type { Panel, PanelKind } from '../panel.js';
import { tableOf } from '../table.js';
import { histogram } from './histogram.js';
import { conditionRows, scaleRows, whenOf } from './rows.js';

export const INSIDE: PanelKind = {
  title: 'Inside the weights',
  sentence:
    'The scales that nGPT learns, how alike the embeddings of two characters are (1 is the same direction), and how much a matrix stretches one direction more than another.',
  pause: 5000,
  saves: ['picture', 'numbers'],
  build,
};

function build(host: HTMLElement, app: App): Panel {
  const insides: Partial<Record<Architecture, Inside>> = {};
  const askedAt: Partial<Record<Architecture, number>> = {};
  const when = element('p', { id: 'inside-when' });
  const problem = element('p', { className: 'problem', role: 'status' });
  const scales = element('div', { className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'Scales' });
  const matrices = element('div', {
    ...{ className: 'scroll', tabIndex: 0, role: 'region' },
    'aria-label': 'Condition numbers',
  });
  const cosines = element('div', { className: 'pair' });
  const asking = new Asking(app, problem);

  const draw = () => {
    const { ngpt } = insides;
    scales.replaceChildren(...(ngpt?.scales ? [tableOf(scaleRows(ngpt.scales))] : []));
    write(when, whenOf(askedAt, app.run.isRunning));
    const shown = ARCHITECTURES.filter((arch) => insides[arch] !== undefined);
    cosines.replaceChildren(...shown.map((arch) => cosineFigure(arch, insides[arch]!)));
    matrices.replaceChildren(tableOf(conditionRows(insides)));
  };
  host.append(
    when,
    problem,
    element('h3', {}, 'Scales of nGPT'),
    scales,
    element('h3', {}, 'Cosines between embeddings'),
    cosines,
    element('h3', {}, 'Condition numbers'),
    matrices,
  );
  return {
    draw(news) {
      if (news.has('run')) {
        for (const arch of ARCHITECTURES) {
          delete insides[arch];
          delete askedAt[arch];
        }
      }
      asking.each(async (arch, run, isCurrent) => {
        const { step } = run.models[arch];
        const answer = await run.ask<'inside'>(arch, { kind: 'inside' });
        if (!isCurrent()) return;
        insides[arch] = answer;
        askedAt[arch] = step;
        draw();
      });
    },
  };
}

function cosineFigure(arch: Architecture, { embeddings }: Inside): HTMLElement {
  const picture = element('div');
  const { cosines } = embeddings.input;
  const name = `Cosines of ${NAMES[arch]}'s embeddings`;
  if (cosines === null) picture.textContent = 'there is one character only';
  else picture.innerHTML = histogram(cosines, `var(--${arch})`, name);
  return element('figure', {}, picture, element('figcaption', {}, NAMES[arch]));
}
