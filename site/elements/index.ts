/** What the pages' own elements need, loaded when one of them is on the page. */

interface Figures {
  defineFigures(root?: ParentNode): Promise<void>;
}

/** The figures that move, each loaded for the first page that has it. */
const FIGURES = import.meta.glob<Figures>('../../learn/figures/index.ts');
const OWN: Readonly<Record<string, () => Promise<CustomElementConstructor>>> = {
  'run-code': async () => (await import('./run-code.js')).RunCode,
  'learn-exercise': async () => (await import('./learn-exercise.js')).LearnExercise,
};

/** To be called for every page that is shown. */
export async function wakeElements(): Promise<void> {
  for (const [name, load] of Object.entries(OWN)) {
    if (document.querySelector(name) === null || customElements.get(name) !== undefined) continue;
    const element = await load();
    if (customElements.get(name) === undefined) customElements.define(name, element);
  }
  for (const load of Object.values(FIGURES)) await (await load()).defineFigures();
}
