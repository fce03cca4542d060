/** Losses of both models as they learn. */
import type { App } from '../../app.js';
import { element, write } from '../../dom.js';
import { onColoursChange } from '../../palette.js';
import type { Panel, PanelKind } from '../panel.js';
import { Chart } from './chart.js';
import { type Axis, linesOf } from './columns.js';
import { leadOf, standings } from './words.js';

const AXES: Readonly<Record<Axis, string>> = { steps: 'steps', characters: 'characters', seconds: 'seconds' };

export const CURVES: PanelKind = {
  title: 'Learning curves',
  sentence:
    'How badly each model predicts the next character: thin lines on the batches it learns from, thick ones on text it never learns from.',
  pause: 200,
  build,
};

function build(host: HTMLElement, app: App): Panel {
  let axis: Axis = 'steps';
  const place = element('div', { className: 'chart', role: 'img', 'aria-label': 'Loss of nGPT and GPT' });
  const lead = element('p', { className: 'lead', id: 'lead' });
  const now = element('p', { id: 'standings' });
  const chart = new Chart(place);

  const draw = () => {
    const { models, setup } = app.run;
    const histories = { ngpt: models.ngpt.history, gpt: models.gpt.history };
    const references = (models.ngpt.facts ?? models.gpt.facts)?.lines ?? [];
    chart.draw({ axis, lines: linesOf(histories, axis, setup.batchSize * setup.blockSize), references });
    write(lead, leadOf(histories));
    const text = standings(histories);
    write(now, text);
    place.setAttribute('aria-label', `Loss of nGPT and GPT. ${text}`);
  };
  const choices = Object.entries(AXES).map(([value, label]) =>
    element(
      'label',
      {},
      element('input', {
        ...{ type: 'radio', name: 'axis', value, checked: value === axis },
        onchange: () => {
          axis = value as Axis;
          draw();
        },
      }),
      ` ${label} `,
    ),
  );
  host.append(
    lead,
    element('fieldset', { className: 'row' }, element('legend', {}, 'over'), ...choices),
    place,
    now,
  );
  onColoursChange(draw);
  return { draw };
}
