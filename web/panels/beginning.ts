/** Fields with words to begin with: those of the run, as long as the visitor has written no others. */
import type { App } from '../app.js';

/** What fills `field` when it is called; to be called whenever a panel is drawn, since a run knows its words only when it is open. */
export function beginningIn(field: HTMLInputElement | HTMLTextAreaElement, app: App): () => void {
  let filled = '';
  return () => {
    const prompt = app.run.models.ngpt.facts?.prompt;
    if (prompt === undefined || field.value !== filled) return;
    filled = prompt;
    field.value = prompt;
  };
}
