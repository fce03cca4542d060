/** The visitor's own text: pasted, typed, dropped or chosen as a file. It stays in the page. */
import { element, write } from '../../dom.js';

/** More than this is no text that anyone pastes, and a tab would hold it several times. */
export const MOST_BYTES = 20 * 2 ** 20;

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
  const area = element('textarea', {
    ...{ id: 'own-text', rows: 6, spellcheck: false, oninput: soon, onchange: onChange },
    'aria-describedby': 'own-problem',
  });
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > MOST_BYTES) {
      write(problem, `${file.name} has ${Math.round(file.size / 2 ** 20)} MB; take a part of at most 20 MB.`);
      return;
    }
    write(problem, '');
    area.value = await file.text();
    onChange();
  };
  const chooser = element('input', {
    ...{ type: 'file', id: 'own-file', accept: '.txt,.md,text/*' },
    onchange: () => take(chooser.files?.[0]),
  });
  const node = element(
    'div',
    { className: 'control drop' },
    element('label', { htmlFor: 'own-text' }, 'Your text: type, paste, or drop a file here'),
    area,
    element('label', { htmlFor: 'own-file' }, 'or choose a file'),
    chooser,
    problem,
  );
  node.addEventListener('dragover', (event) => event.preventDefault());
  node.addEventListener('drop', (event) => {
    event.preventDefault();
    const { files, items } = event.dataTransfer ?? {};
    if (files !== undefined && files.length > 0) take(files[0]);
    else
      items?.[0]?.getAsString((text) => {
        area.value = text;
        onChange();
      });
  });
  return {
    node,
    value: () => area.value,
    show(text) {
      if (text !== null) area.value = text;
    },
    isOtherThan: (text) => !node.hidden && area.value !== (text ?? ''),
  };
}
