/** Everything that can be chosen, made from one table; a new choice is a new run, and begins when asked to. */
import { ConfigError, DataError } from '../../../src/tensor/index.js';
import type { App } from '../../app.js';
import { openData } from '../../data/open-data.js';
import { element, write } from '../../dom.js';
import { checkSetup } from '../../setup/check.js';
import { type Draft, draftAfter, isOtherSetup, otherEnd } from '../../setup/draft.js';
import { EXAMPLES, type ExampleName } from '../../setup/examples.js';
import type { Group } from '../../setup/option.js';
import { DEFAULT_SETUP, SETUP_NAMES, SETUP_OPTIONS } from '../../setup/options.js';
import { ownTextOf } from '../../setup/own-text.js';
import { sentenceOf } from '../../setup/sentence.js';
import type { Setup } from '../../setup/setup.js';
import { sizeOf } from '../../setup/size.js';
import type { Panel, PanelKind } from '../panel.js';
import { stepsIn } from '../states.js';
import { type Control, controlOf } from './control.js';
import { textField } from './text-field.js';

/** What each part of the panel is called, in their order; the first is open. */
const GROUPS: Readonly<Record<Group, string>> = {
  data: 'What they read',
  nGPT: 'nGPT',
  GPT: 'GPT',
  'both models': 'Both models',
  run: 'The run',
  machine: 'This machine',
};

export const SETUP: PanelKind = {
  title: 'Setup',
  sentence: 'Change what you like; nothing on screen is lost before you begin anew.',
  pause: 0,
  build,
};

function build(host: HTMLElement, app: App): Panel {
  const problems = element('p', { id: 'setup-problems', className: 'problem', role: 'alert' });
  const text = textField(() => changed());
  const size = element('p', { id: 'setup-size' });
  const controls = new Map<keyof Setup, Control>();
  const apply = element('button', { type: 'submit', id: 'apply', className: 'primary' }, 'Begin with this');

  /** What the controls were held against last. */
  let known = app.setup;
  /** Another end for the run on screen, where no more than that stands in the controls. */
  let end: number | null = null;

  const draft = () => Object.fromEntries([...controls].map(([name, control]) => [name, control.value()]));
  const wanted = (): Setup => {
    const setup = { ...app.setup, ...draft() } as Setup;
    return {
      ...setup,
      ownText: setup.data === 'own' && text.value() !== '' ? ownTextOf(text.value()) : null,
    };
  };
  /** Says what will not do, beside the control it is about. */
  const check = (): boolean => {
    for (const control of controls.values()) control.complain('');
    try {
      checkSetup(wanted());
      const { sentence, isLarge } = sizeOf(wanted());
      write(size, sentence);
      size.classList.toggle('problem', isLarge);
      write(problems, '');
      return true;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      write(size, '');
      const about = controls.get(error.settings[0] as keyof Setup);
      if (about === undefined) write(problems, sentenceOf(error));
      else about.complain(sentenceOf(error));
      return false;
    }
  };
  const changed = () => {
    text.node.hidden = controls.get('data')!.value() !== 'own';
    const setup = wanted();
    end = check() ? otherEnd(setup, app.setup) : null;
    apply.disabled = JSON.stringify(setup) === JSON.stringify(app.setup) && !text.isOtherThan(app.ownText);
    label();
  };
  /** The run goes on beside the panel, and what the button says with it. */
  const label = () => write(apply, end === null ? 'Begin with this' : goOnTo(end, app));
  const show = (values: Draft) => {
    for (const [name, control] of controls) {
      // What is no value yet stays as it was typed.
      if (!Object.is(control.value(), values[name])) control.show(values[name]);
    }
    changed();
  };

  const parts = Object.entries(GROUPS).map(([group, title], i) => {
    const own = SETUP_NAMES.filter((name) => SETUP_OPTIONS[name].group === group);
    const nodes = own.flatMap((name) => {
      const control = controlOf(name, changed);
      if (control === null) return [];
      controls.set(name, control);
      return [control.node];
    });
    if (group === 'data') nodes.push(text.node);
    return element('details', { open: i === 0 }, element('summary', {}, title), ...nodes);
  });
  const form = element(
    'form',
    {
      noValidate: true,
      async onsubmit(event: Event) {
        event.preventDefault();
        if (!check()) return;
        const setup = wanted();
        const own = setup.data === 'own' ? text.value() : null;
        // The end alone is no new run.
        if (otherEnd(setup, app.setup) !== null) {
          app.extend(setup.steps);
          app.run.start();
        } else if (await isReadable(setup, own, problems)) {
          // What was entered while the text was read is not begun with, and stays.
          known = setup;
          app.begin({ setup, ownText: own });
        }
      },
    },
    ...[examples(show), ...parts, problems, size, element('div', { className: 'row' }, apply)],
  );
  host.append(form);
  text.show(app.ownText);
  show(app.setup);
  // At once: drawn later, it would write over what somebody has entered in the meantime.
  app.on((news) => {
    if (news !== 'run' && news !== 'setup') return;
    if (isOtherSetup(app.setup, known) || text.value() === '') text.show(app.ownText);
    show(draftAfter(draft(), known, app.setup));
    known = app.setup;
  });
  return { draw: label };
}

/** What the button says where only the end of the run is another; the run may be past it. */
function goOnTo(end: number, { run: { models } }: App): string {
  const made = Math.max(models.ngpt.step, models.gpt.step);
  return `${end > made ? 'Go on to' : 'End at'} ${stepsIn({ steps: end })}`;
}

/** Whether both models could read the text, before the run on screen is given up for it; says why not. */
async function isReadable(setup: Setup, ownText: string | null, problems: HTMLElement): Promise<boolean> {
  if (ownText === null) return true;
  try {
    await openData(setup, ownText);
    return true;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    write(problems, error.message);
    return false;
  }
}

/** Whole setups by name, to begin from. */
function examples(show: (setup: Setup) => void): HTMLElement {
  const select = element(
    'select',
    {
      id: 'example',
      onchange() {
        const name = select.value as ExampleName | '';
        if (name !== '') show({ ...DEFAULT_SETUP, ...EXAMPLES[name].setup });
        write(sentence, name === '' ? '' : EXAMPLES[name].sentence);
      },
    },
    element('option', { value: '' }, 'choose …'),
    ...Object.entries(EXAMPLES).map(([name, { title }]) => element('option', { value: name }, title)),
  );
  const sentence = element('small', { id: 'example-sentence' });
  return element(
    'div',
    { className: 'control' },
    element('label', { htmlFor: 'example' }, 'example'),
    select,
    sentence,
  );
}
