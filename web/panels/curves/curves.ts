/** Losses of both models as they learn. */
import type { App } from '../../app.js';
import type { ReferenceLine } from '../../data/open-data.js';
import { element, write } from '../../dom.js';
import { onColoursChange } from '../../palette.js';
import type { Setup } from '../../setup/setup.js';
import type { Panel, PanelKind } from '../panel.js';
import { Chart } from './chart.js';
import { type Axis, linesOf, REACH } from './columns.js';
import { leadOf, legendOf, standings } from './words.js';

const AXES: Readonly<Record<Axis, string>> = { steps: 'steps', characters: 'characters', seconds: 'seconds' };

export const CURVES: PanelKind = {
  title: 'Learning curves',
  sentence: `How badly each model predicts the next character: thick lines on text it never learns from, thin ones on the batches it learns from, each point the average of ${2 * REACH + 1} steps around it.`,
  pause: 500,
  saves: ['picture'],
  build,
};

function build(host: HTMLElement, app: App): Panel {
  let axis: Axis = 'steps';
  const place = element('div', { className: 'chart', role: 'img', 'aria-label': 'Loss of nGPT and GPT' });
  const lead = element('p', { className: 'lead', id: 'lead' });
  const now = element('p', { id: 'standings' });
  const legend = element('dl', { id: 'reference-lines' });
  const chart = new Chart(place);
  let explained: readonly ReferenceLine[] = [];

  const draw = () => {
    const { models, setup } = app.run;
    const histories = { ngpt: models.ngpt.history, gpt: models.gpt.history };
    const references = (models.ngpt.facts ?? models.gpt.facts)?.lines ?? [];
    const perStep = setup.batchSize * setup.blockSize;
    chart.draw({
      axis,
      lines: linesOf(histories, axis, perStep),
      end: endOn(axis, setup, perStep),
      references,
    });
    if (references !== explained) {
      explained = references;
      legend.replaceChildren(...legendOf(references).flatMap(entryOf));
    }
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
    element('details', {}, element('summary', {}, 'What the lines across mean'), legend),
  );
  onColoursChange(draw);
  return { draw };
}

/** How far an empty chart goes; nobody knows how many seconds a run takes. */
function endOn(axis: Axis, { steps }: Setup, perStep: number): number {
  if (axis === 'seconds') return 60;
  return axis === 'steps' ? steps : steps * perStep;
}

function entryOf({ term, sentence }: { term: string; sentence: string }): HTMLElement[] {
  return [element('dt', {}, term), element('dd', {}, sentence)];
}
