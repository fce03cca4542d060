/** One entry of a setup as a labelled control. */
import { element, write } from '../../dom.js';
import { SETUP_OPTIONS } from '../../setup/options.js';
import type { Setup } from '../../setup/setup.js';
import { sourceLink } from './source-link.js';

/** A control on the page. */
export interface Control {
  readonly node: HTMLElement;
  /** What stands in it now; checked by whoever takes it. */
  value(): unknown;
  show(value: unknown): void;
  /** Says what is wrong with it; empty for nothing. */
  complain(message: string): void;
}

/** The control of an entry; null for one that follows from elsewhere. @param onChange - hears every change */
export function controlOf(name: keyof Setup, onChange: () => void): Control | null {
  const { label, help, control, source } = SETUP_OPTIONS[name];
  if (control.kind === 'none') return null;
  const id = `setup-${name}`;
  const described = { id, 'aria-describedby': `${id}-help ${id}-problem` };
  const input = inputOf(control, described);
  input.addEventListener('change', onChange);
  const problem = element('span', { id: `${id}-problem`, className: 'problem' });
  const helpLine = element(
    'small',
    { id: `${id}-help` },
    help,
    ...(source === null ? [] : [' ', sourceLink(source)]),
  );
  const isSwitch = control.kind === 'switch';
  const caption = element('label', { htmlFor: id }, label);
  return {
    node: element(
      'div',
      { className: isSwitch ? 'control switch' : 'control' },
      caption,
      input,
      problem,
      helpLine,
    ),
    value: () => valueIn(input, control.kind),
    show(value) {
      if (input instanceof HTMLInputElement && isSwitch) input.checked = value === true;
      else input.value = String(value);
      this.complain('');
    },
    complain(message) {
      write(problem, message);
      input.setAttribute('aria-invalid', String(message !== ''));
    },
  };
}

type Input = HTMLInputElement | HTMLSelectElement;
type AnyControl = (typeof SETUP_OPTIONS)[keyof Setup]['control'];

function inputOf(control: AnyControl, properties: Record<string, string>): Input {
  switch (control.kind) {
    case 'switch':
      return element('input', { type: 'checkbox', ...properties });
    case 'choice':
      return element(
        'select',
        properties,
        ...Object.entries(control.choices).map(([value, text]) =>
          element('option', { value }, text as string),
        ),
      );
    case 'number': {
      const list = element(
        'datalist',
        { id: `${properties.id}-usual` },
        ...control.usual.map((value) => element('option', { value: String(value) })),
      );
      const input = element('input', {
        type: 'text',
        inputMode: 'decimal',
        autocomplete: 'off',
        ...properties,
      });
      input.setAttribute('list', list.id);
      document.body.append(list);
      return input;
    }
    case 'none':
      throw new Error('it has no control');
  }
}

function valueIn(input: Input, kind: AnyControl['kind']): unknown {
  if (kind === 'switch') return (input as HTMLInputElement).checked;
  // Nothing is not 0.
  if (kind === 'number') return input.value.trim() === '' ? Number.NaN : Number(input.value);
  return input.value;
}
