/** One step on the sphere by hand: the figure of the guided path. */
import { defineFigures } from '../../../learn/figures/index.js';
import { element } from '../../dom.js';
import type { Panel, PanelKind } from '../panel.js';

export const STEP: PanelKind = {
  title: 'One step by hand',
  sentence:
    'Drag h and its target, and choose α: nGPT goes straight and makes the result unit again, which is close to the arc (slerp) and cheaper.',
  pause: 1000,
  build,
};

function build(host: HTMLElement): Panel {
  let isLoading = false;
  const load = () => {
    if (isLoading) return;
    isLoading = true;
    void defineFigures(host);
  };
  host.append(element('figure-sphere-step' as 'div'));
  // Whoever goes through the page by keyboard comes here before it is on screen, and would find nothing to stop at.
  document.addEventListener('focusin', load, { once: true });
  /** Its program is loaded when it first comes on screen. */
  return { draw: load };
}
