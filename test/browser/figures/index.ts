/** A page with the figures that `?name=` asks for, all by default, each with its still picture inside. */
import { defineFigures, FIGURES } from '../../../learn/figures/index.js';

const asked = new URLSearchParams(location.search).getAll('name');
for (const name of asked.length > 0 ? asked : Object.keys(FIGURES)) {
  const figure = document.createElement(name);
  figure.innerHTML = '<p>The still picture.</p>';
  document.querySelector('main')?.append(figure);
}
await defineFigures();
await defineFigures();
