/** The controls that figures are made of: native ones, so that keyboards and screen readers know them. */

export function button(words: string, onClick: () => void): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = words;
  made.addEventListener('click', onClick);
  return made;
}

/** A label around an input, and what it is followed by. */
export function labelled(words: string, ...controls: readonly HTMLElement[]): HTMLLabelElement {
  const label = document.createElement('label');
  const name = document.createElement('span');
  name.textContent = words;
  label.append(name, ...controls);
  return label;
}

export interface SliderOptions {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** What stands beside it and is read out. */
  readonly words: (value: number) => string;
  readonly onInput: (value: number) => void;
}

export class Slider {
  readonly element: HTMLLabelElement;
  private readonly input = document.createElement('input');
  private readonly output = document.createElement('output');
  private readonly words: (value: number) => string;

  constructor({ label, min, max, step, value, words, onInput }: SliderOptions) {
    this.words = words;
    Object.assign(this.input, { type: 'range', min, max, step });
    this.element = labelled(label, this.input, this.output);
    this.value = value;
    this.input.addEventListener('input', () => {
      this.say();
      onInput(this.value);
    });
  }

  get value(): number {
    return Number(this.input.value);
  }

  set value(value: number) {
    this.input.value = String(value);
    this.say();
  }

  set max(max: number) {
    this.input.max = String(max);
    this.say();
  }

  private say(): void {
    const words = this.words(this.value);
    this.output.textContent = words;
    this.input.setAttribute('aria-valuetext', words);
  }
}

/** A line to type into; `onInput` gets every state of it. */
export function field(label: string, value: string, onInput: (value: string) => void): HTMLLabelElement {
  const input = document.createElement('input');
  Object.assign(input, { type: 'text', value, spellcheck: false, autocomplete: 'off' });
  input.setAttribute('autocapitalize', 'off');
  input.addEventListener('input', () => onInput(input.value));
  return labelled(label, input);
}

export function choice<T extends string>(
  label: string,
  options: readonly (readonly [value: T, words: string])[],
  chosen: T,
  onChange: (value: T) => void,
): HTMLLabelElement {
  const select = document.createElement('select');
  for (const [value, words] of options)
    select.add(new Option(words, value, value === chosen, value === chosen));
  select.addEventListener('change', () => onChange(select.value as T));
  return labelled(label, select);
}

export function tickBox(
  label: string,
  checked: boolean,
  onChange: (checked: boolean) => void,
): HTMLLabelElement {
  const input = document.createElement('input');
  Object.assign(input, { type: 'checkbox', checked });
  input.addEventListener('change', () => onChange(input.checked));
  return labelled(label, input);
}
