/** The visitor's own text: pasted, typed, dropped or chosen as a file. It stays in the page. */
import { counted } from '../../data/own-text.js';
import { element, write } from '../../dom.js';

/** More than this is no text that anyone pastes, and a tab would hold it several times. */
export const MOST_BYTES = 20 * 2 ** 20;

/** Browsers stand still for seconds when a field holds much more; of a longer text only the beginning is shown. */
const MOST_SHOWN = 50_000;

export interface TextField {
  readonly node: HTMLElement;
  value(): string;
  show(text: string | null): void;
  isOtherThan(text: string | null): boolean;
}

export function textField(onChange: () => void): TextField {
  const problem = element('span', { id: 'own-problem', className: 'problem', role: 'alert' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Not at every key: the whole text is looked through.
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, 300);
  };
  // One that is still to come would wipe away what is said in the meantime.
  const atOnce = () => {
    clearTimeout(timer);
    onChange();
  };
  const area = element('textarea', {
    ...{ id: 'own-text', rows: 6, spellcheck: false, oninput: soon, onchange: atOnce },
    'aria-describedby': 'own-problem',
  });
  // A text that is too long for the field; nobody edits it there.
  let long: string | null = null;
  const rest = element('span', { id: 'own-rest' });
  const clear = element('button', { type: 'button', id: 'own-clear', onclick: () => put('') }, 'Clear');
  const note = element('p', { className: 'row', hidden: true }, rest, clear);
  const show = (text: string) => {
    long = text.length > MOST_SHOWN ? text : null;
    area.value = text.slice(0, MOST_SHOWN);
    area.readOnly = long !== null;
    note.hidden = long === null;
    write(rest, long === null ? '' : `and ${counted(text.length - MOST_SHOWN)} characters more`);
  };
  const put = (text: string) => {
    write(problem, '');
    show(text);
    atOnce();
  };
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > MOST_BYTES) {
      write(problem, `${file.name} has ${Math.round(file.size / 2 ** 20)} MB; take a part of at most 20 MB.`);
      return;
    }
    put(await file.text());
  };
  area.addEventListener('paste', (event) => {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (text.length <= MOST_SHOWN) return;
    event.preventDefault();
    put(text);
  });
  const chooser = element('input', {
    ...{ type: 'file', id: 'own-file', accept: '.txt,.md,text/*' },
    onchange: () => take(chooser.files?.[0]),
  });
  const node = element(
    'div',
    { className: 'control drop' },
    element('label', { htmlFor: 'own-text' }, 'Your text: type, paste, or drop a file here'),
    area,
    note,
    element('label', { htmlFor: 'own-file' }, 'or choose a file'),
    chooser,
    problem,
  );
  node.addEventListener('dragover', (event) => event.preventDefault());
  node.addEventListener('drop', (event) => {
    event.preventDefault();
    const { files, items } = event.dataTransfer ?? {};
    if (files !== undefined && files.length > 0) take(files[0]);
    else items?.[0]?.getAsString(put);
  });
  const value = () => long ?? area.value;
  return {
    node,
    value,
    show(text) {
      if (text !== null) show(text);
    },
    isOtherThan: (text) => !node.hidden && value() !== (text ?? ''),
  };
}
