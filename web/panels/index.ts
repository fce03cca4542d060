/** All panels, in the order of the page. */
import { CURVES } from './curves/curves.js';
import type { PanelKind } from './panel.js';
import { SETUP } from './setup/setup-panel.js';
import { SPHERE } from './sphere/sphere-panel.js';

export const PANELS = { curves: CURVES, setup: SETUP, sphere: SPHERE } as const satisfies Record<
  string,
  PanelKind
>;
