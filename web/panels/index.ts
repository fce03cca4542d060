/** All panels, in the order of the page. */

import type { Keeper } from '../keeping/keeper.js';
import { ATTENTION } from './attention/attention-panel.js';
import { CURVES } from './curves/curves.js';
import { INSIDE } from './inside/inside-panel.js';
import { keepingPanel } from './keeping/keeping-panel.js';
import type { PanelKind } from './panel.js';
import { SETUP } from './setup/setup-panel.js';
import { SPHERE } from './sphere/sphere-panel.js';
import { STEP } from './step/step-panel.js';
import { WRITING } from './writing/writing-panel.js';

export function panelsOf(keeper: Keeper): Readonly<Record<string, PanelKind>> {
  return {
    curves: CURVES,
    setup: SETUP,
    sphere: SPHERE,
    writing: WRITING,
    byHand: STEP,
    attention: ATTENTION,
    inside: INSIDE,
    keeping: keepingPanel(keeper),
  };
}
