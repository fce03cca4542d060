/** The benchmark page: the cases of `npm run bench` on whatever this browser offers. */
import { formatRate, type Measurement, measure } from '../measure.js';
import { describeMachine } from './machine.js';
import { messageOf, openBackends, planOf } from './plan.js';
import { showChart, showProblems, showTable } from './results.js';

/** How long the page may stand still, in milliseconds. */
const PATIENCE = 100;

function element<K extends keyof HTMLElementTagNameMap>(tag: K, id: string): HTMLElementTagNameMap[K] {
  return document.querySelector<HTMLElementTagNameMap[K]>(`${tag}#${id}`)!;
}

const [start, stop, copy] = [
  element('button', 'start'),
  element('button', 'stop'),
  element('button', 'copy'),
];
const status = element('output', 'status');
const machine = await describeMachine();
element('p', 'machine').textContent = Object.values(machine).join(' · ');

let results: Measurement[] = [];
let problems: string[] = [];
let stopped = false;
let lastFrame = 0;

/** Lets the browser paint and hear clicks, if it has not for a while. */
async function breathe(): Promise<void> {
  if (stopped) throw new Error('stopped');
  if (performance.now() - lastFrame < PATIENCE) return;
  await new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  lastFrame = performance.now();
}

function show(): void {
  showTable(element('table', 'table'), results);
  showChart(element('div', 'chart'), results, formatRate);
  showProblems(element('ul', 'problems'), problems);
}

async function run(): Promise<void> {
  const { cases, timeMs } = planOf(new URLSearchParams(location.search));
  const { backends, missing } = await openBackends();
  problems = missing;
  let done = 0;
  for (const subject of cases) {
    for (const backend of backends) {
      const what = `${subject.group} ${subject.name} on ${backend.name} ${backend.mode}`;
      status.textContent = `${++done} of ${cases.length * backends.length}: ${what} …`;
      lastFrame = 0;
      await breathe();
      try {
        results.push(await measure(subject, backend, timeMs, breathe));
      } catch (error) {
        if (stopped) return;
        // A device that is lost or too small does not keep the others from being measured.
        problems.push(`${what}: ${messageOf(error)}`);
      }
      show();
      copy.disabled = results.length === 0;
    }
  }
}

start.addEventListener('click', async () => {
  [results, problems, stopped] = [[], [], false];
  [start.disabled, stop.disabled] = [true, false];
  show();
  try {
    await run();
    status.textContent = stopped ? 'stopped' : 'done';
  } catch (error) {
    status.textContent = stopped ? 'stopped' : `failed: ${messageOf(error)}`;
  }
  show();
  [start.disabled, stop.disabled] = [false, true];
});

stop.addEventListener('click', () => {
  stopped = true;
});

copy.addEventListener('click', async () => {
  const report = { date: new Date().toISOString(), machine, results, problems };
  try {
    await navigator.clipboard.writeText(JSON.stringify(report, null, 2));
    status.textContent = 'copied';
  } catch (error) {
    status.textContent = `could not copy: ${messageOf(error)}`;
  }
});

try {
  element('p', 'cases').textContent = planOf(new URLSearchParams(location.search)).description;
} catch (error) {
  status.textContent = messageOf(error);
  start.disabled = true;
}
