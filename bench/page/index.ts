/** The benchmark page: the cases of `npm run bench` on whatever this browser offers. `?time=100&sizes=64&layers=1&batch=2` measures less. */
import { type Backend, createBackend, modelConfig } from '../../src/index.js';
import { PRESETS } from '../../src/training/settings.js';
import { type Case, matmulCase, trainingStepCase } from '../cases.js';
import { formatRate, type Measurement, measure } from '../measure.js';
import { describeMachine } from './machine.js';
import { showChart, showTable } from './results.js';

const BACKENDS = [
  ['wasm', 'auto'],
  ['gpu', 'webgl2'],
  ['gpu', 'webgpu'],
] as const;

function casesOf(parameters: URLSearchParams): Case[] {
  const sizes = parameters.get('sizes') ?? '64,128,256,512,1024';
  const { nLayer, nHead, nEmbd, blockSize, batchSize } = PRESETS['nano-cpu'];
  const layers = Number(parameters.get('layers') ?? nLayer);
  const batch = Number(parameters.get('batch') ?? batchSize);
  const config = modelConfig({ vocabSize: 65, nLayer: layers, nHead, nEmbd, blockSize });
  return [
    ...sizes.split(',').map((size) => matmulCase(Number(size))),
    trainingStepCase('nano-cpu', config, batch),
  ];
}

/** The backends that run here, and why the others do not. */
async function openBackends(): Promise<{ backends: Backend[]; missing: string[] }> {
  const backends: Backend[] = [];
  const missing: string[] = [];
  for (const [name, mode] of BACKENDS) {
    try {
      backends.push(await createBackend(name, { mode }));
    } catch (error) {
      missing.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { backends, missing };
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K, id: string): HTMLElementTagNameMap[K] {
  return document.querySelector<HTMLElementTagNameMap[K]>(`${tag}#${id}`)!;
}

const [start, copy, status] = [
  element('button', 'start'),
  element('button', 'copy'),
  element('output', 'status'),
];
const parameters = new URLSearchParams(location.search);
const results: Measurement[] = [];
const machine = await describeMachine();
element('p', 'machine').textContent = Object.values(machine).join(' · ');

async function run(): Promise<void> {
  const { backends, missing } = await openBackends();
  for (const subject of casesOf(parameters)) {
    for (const backend of backends) {
      status.textContent = `${subject.group} ${subject.name} on ${backend.name} ${backend.mode} …`;
      const measurement = await measure(subject, backend, Number(parameters.get('time') ?? 500));
      results.push(measurement);
      showTable(element('table', 'table'), results);
      showChart(element('div', 'chart'), results, formatRate);
    }
  }
  status.textContent = ['done', ...missing].join('; ');
}

start.addEventListener('click', async () => {
  start.disabled = true;
  try {
    await run();
  } catch (error) {
    status.textContent = `stopped: ${error instanceof Error ? error.message : String(error)}`;
  }
  copy.disabled = results.length === 0;
});

copy.addEventListener('click', async () => {
  const text = JSON.stringify({ date: new Date().toISOString(), machine, results }, null, 2);
  await navigator.clipboard.writeText(text);
  status.textContent = 'copied';
});
