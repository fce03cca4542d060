/** The runs that were kept, to compare and to go on with. */
import { element } from '../../dom.js';
import type { Keeper } from '../../keeping/keeper.js';
import type { RunRecord } from '../../keeping/record.js';
import { LATEST_STATES, MOST_RECORDS, MOST_STATES } from '../../keeping/room.js';
import { toLink } from '../../setup/link.js';
import { differences } from './differences.js';

const HEADS = ['setup', 'when', 'steps', 'nGPT, held out', 'GPT, held out', 'nGPT ahead by', ''];

/** What the visitor is to know of the table. */
export const KEPT = `The latest ${MOST_RECORDS} runs are in the table. Of ${MOST_STATES} the models are kept to go on with: of the latest ${LATEST_STATES}, and of those before them that made the most steps.`;

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
  const { id, at, setup, steps, losses, stepsAhead, states } = record;
  const name = differences(setup);
  const goOn = element(
    'button',
    {
      ...{ type: 'button', 'aria-label': `Go on with: ${name}` },
      async onclick() {
        if (!(await keeper.goOn(id))) say('Of this run only the numbers are left.');
      },
    },
    'Go on',
  );
  const beginAgain = (text: string, label = text) =>
    element(
      'a',
      {
        ...{ href: toLink(setup), 'aria-label': label },
        onclick(event: MouseEvent) {
          // The address stays what it is, and so would the page.
          if (toLink(setup) !== location.hash || event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          void keeper.begin(setup);
        },
      },
      text,
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
    element('th', { scope: 'row' }, beginAgain(name)),
    ...[
      new Date(at).toLocaleString(),
      Math.min(steps.ngpt, steps.gpt).toLocaleString('en'),
      loss(losses.ngpt),
      loss(losses.gpt),
      stepsAhead === null ? '' : `${stepsAhead.toLocaleString('en')} steps`,
    ].map((text) => element('td', {}, text)),
    element(
      'td',
      {},
      states === null ? beginAgain('Begin it again', `Begin it again: ${name}`) : goOn,
      ' ',
      remove,
    ),
  );
}
