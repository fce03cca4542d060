/** The runs that were kept, to compare and to go on with. */
import { element } from '../../dom.js';
import type { Keeper } from '../../keeping/keeper.js';
import type { RunRecord } from '../../keeping/shelf.js';
import { toLink } from '../../setup/link.js';
import { differences } from './differences.js';

const HEADS = ['setup', 'when', 'steps', 'nGPT, held out', 'GPT, held out', 'nGPT ahead by', ''];

/** @param say - tells the visitor what came of a button. */
export function runsTable(
  records: readonly RunRecord[],
  keeper: Keeper,
  say: (text: string) => void,
): HTMLElement {
  if (records.length === 0) return element('p', {}, 'None yet: a run is kept some seconds after it begins.');
  const head = element('tr', {}, ...HEADS.map((name) => element('th', { scope: 'col' }, name)));
  return element(
    'table',
    {},
    element('thead', {}, head),
    element('tbody', {}, ...records.map((record) => rowOf(record, keeper, say))),
  );
}

function rowOf(record: RunRecord, keeper: Keeper, say: (text: string) => void): HTMLTableRowElement {
  const { id, at, setup, steps, losses, stepsAhead } = record;
  const name = differences(setup);
  const goOn = element(
    'button',
    {
      ...{ type: 'button', 'aria-label': `Go on with: ${name}` },
      async onclick() {
        if (!(await keeper.goOn(id))) say('Of this run only the numbers are left; its link begins it again.');
      },
    },
    'Go on',
  );
  const remove = element(
    'button',
    { type: 'button', 'aria-label': `Forget: ${name}`, onclick: () => keeper.remove(id) },
    'Forget',
  );
  const loss = (value: number | null) => (value === null ? '' : value.toFixed(3));
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, element('a', { href: toLink(setup) }, name)),
    ...[
      new Date(at).toLocaleString(),
      Math.min(steps.ngpt, steps.gpt).toLocaleString('en'),
      loss(losses.ngpt),
      loss(losses.gpt),
      stepsAhead === null ? '' : `${stepsAhead.toLocaleString('en')} steps`,
    ].map((text) => element('td', {}, text)),
    element('td', {}, goOn, ' ', remove),
  );
}
