/** The results as the page shows them. */
import type { Measurement } from '../measure.js';

/** The measurements of each case, under its name. */
function byCase(results: readonly Measurement[]): Map<string, Measurement[]> {
  const cases = new Map<string, Measurement[]>();
  for (const measurement of results) {
    const name = `${measurement.group} ${measurement.name}`;
    cases.set(name, [...(cases.get(name) ?? []), measurement]);
  }
  return cases;
}

/** One row for each case, one column for each backend: median milliseconds. */
export function showTable(table: HTMLTableElement, results: readonly Measurement[]): void {
  const backends = [...new Set(results.map(({ backend }) => backend))];
  table.replaceChildren(row('th', ['', ...backends]));
  for (const [name, measurements] of byCase(results)) {
    const cells = backends.map((backend) => {
      const found = measurements.find((measurement) => measurement.backend === backend);
      return found === undefined ? '' : duration(found.medianMs);
    });
    table.append(row('td', [name, ...cells]));
  }
}

function duration(ms: number): string {
  return ms < 1 ? `${(1000 * ms).toFixed(0)} µs` : `${ms.toFixed(2)} ms`;
}

/** What could not be measured, and why. */
export function showProblems(list: HTMLUListElement, problems: readonly string[]): void {
  list.replaceChildren(...problems.map((problem) => withText('li', problem)));
}

function row(kind: 'th' | 'td', texts: readonly string[]): HTMLTableRowElement {
  const line = document.createElement('tr');
  line.append(...texts.map((text) => withText(kind, text)));
  return line;
}

/** For each case a group of bars, one per backend, as long as it is fast. */
export function showChart(
  chart: HTMLElement,
  results: readonly Measurement[],
  format: (measurement: Measurement) => string,
): void {
  chart.replaceChildren();
  for (const [name, measurements] of byCase(results)) {
    const best = Math.max(...measurements.map(({ rate }) => rate));
    chart.append(withText('h3', name), ...measurements.map((measurement) => bar(measurement, best, format)));
  }
}

function bar(
  measurement: Measurement,
  best: number,
  format: (measurement: Measurement) => string,
): HTMLElement {
  const line = document.createElement('div');
  line.className = 'bar';
  const meter = document.createElement('meter');
  meter.value = measurement.rate / best;
  line.append(withText('span', measurement.backend), meter, withText('span', format(measurement)));
  return line;
}

function withText(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
