/** The style inside the figures that move. */
import { hostVariables } from './palette.js';

export const STYLE = `
:host {
  ${hostVariables()}
  display: block;
  margin: 1.5rem 0;
  color: var(--ink);
  font: 16px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
:host([hidden]), .frame[hidden], [hidden] { display: none; }
* { box-sizing: border-box; }
.frame {
  border: 1px solid var(--faint);
  border-radius: 8px;
  background: var(--ground);
  padding: 12px;
}
.controls { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; }
.controls > * { min-width: 0; }
.row { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }
label { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; font-size: 14px; }
label.wide { flex: 1 1 100%; }
label.wide input { flex: 1 1 12rem; min-width: 0; }
button, input, select {
  font: inherit;
  font-size: 14px;
  color: var(--ink);
  background: var(--shade);
  border: 1px solid var(--line);
  border-radius: 6px;
  padding: 5px 10px;
  min-height: 34px;
}
button { cursor: pointer; }
button[aria-disabled="true"] { color: var(--soft); border-style: dashed; cursor: default; }
input[type="text"] { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; background: var(--ground); }
input[type="range"] { accent-color: var(--blue); padding: 0; border: 0; background: none; min-height: 28px; width: 9rem; max-width: 60vw; }
input[type="checkbox"] { accent-color: var(--blue); min-height: 20px; width: 20px; }
output { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; min-width: 3.5em; }
:is(button, input, select, .handle, .stage):focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
.stage { overflow-x: auto; margin: 10px 0 6px; }
.canvas { position: relative; margin: 0 auto; }
.stage svg { display: block; }
.handle {
  position: absolute;
  width: 36px;
  height: 36px;
  margin: -18px 0 0 -18px;
  border-radius: 50%;
  cursor: grab;
  touch-action: none;
}
.handle:active { cursor: grabbing; }
.said { margin: 6px 0 0; font-size: 15px; min-height: 2.9em; }
.problem { margin: 8px 0 0; font-size: 15px; color: var(--orange); }
.problem::before { content: "⚠ "; }
@media print {
  .controls, .handle { display: none; }
  .said { min-height: 0; }
}
`;
