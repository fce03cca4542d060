/** An editor of TypeScript, as small as CodeMirror is with what is used here; loaded when somebody writes. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';

export interface Editor {
  text(): string;
  set(text: string): void;
  focus(): void;
}

/** @param onRun for Ctrl-Enter; Escape then Tab leaves the editor, whose Tab indents. */
export function openEditor(
  parent: HTMLElement,
  text: string,
  label: string,
  { onRun, onChange }: { onRun: () => void; onChange: (text: string) => void },
): Editor {
  const run = (): boolean => {
    onRun();
    return true;
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        ...[lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching()],
        ...[javascript({ typescript: true }), syntaxHighlighting(classHighlighter)],
        Prec.highest(keymap.of([{ key: 'Mod-Enter', run }])),
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.contentAttributes.of({
          'aria-label': label,
          'aria-description': 'Escape, then Tab leaves it.',
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  // What can be scrolled must be reached by keyboard.
  view.scrollDOM.tabIndex = 0;
  return {
    text: () => view.state.doc.toString(),
    set: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    focus: () => view.focus(),
  };
}
