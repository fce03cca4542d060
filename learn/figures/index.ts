/** The figures that move, by the names of their elements. Nothing is loaded before a page has one. */

type Loader = () => Promise<CustomElementConstructor>;

export const FIGURES: Readonly<Record<`figure-${string}`, Loader>> = {
  'figure-tape': async () => (await import('./tape/element.js')).TapeFigure,
  'figure-sphere-step': async () => (await import('./sphere-step/element.js')).SphereStepFigure,
  'figure-broadcast': async () => (await import('./broadcast/element.js')).BroadcastFigure,
  'figure-jacobian': async () => (await import('./jacobian/element.js')).JacobianFigure,
  'figure-attention': async () => (await import('./attention/element.js')).AttentionFigure,
  'figure-memory': async () => (await import('./memory/element.js')).MemoryFigure,
  'figure-lanes': async () => (await import('./lanes/element.js')).LanesFigure,
  'figure-waits': async () => (await import('./waits/element.js')).WaitsFigure,
};

/** Defines the elements that occur below `root`. To be called again when the page has new ones; harmless when repeated. */
export async function defineFigures(root: ParentNode = document): Promise<void> {
  const loading = Object.entries(FIGURES).map(async ([name, load]) => {
    if (root.querySelector(name) === null || customElements.get(name) !== undefined) return;
    const element = await load();
    if (customElements.get(name) === undefined) customElements.define(name, element);
  });
  await Promise.all(loading);
}
