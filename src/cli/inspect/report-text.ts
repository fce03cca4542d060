/** What `ngpt inspect` tells people; `--json` has all of it. */
import type {
  Distribution,
  EmbeddingReport,
  EmbeddingsReport,
  HiddenReport,
  LayerMatrices,
  MatrixReport,
  ModelReport,
  ScalesReport,
  Spread,
} from '../../experiments/inspect/model-report.js';
import { medianOf } from '../../experiments/median.js';
import { formatCount, formatSteps } from '../format.js';
import { type Row, table } from '../table.js';

export function reportText(report: ModelReport): string {
  const { checkpoint, config, step, parameters, scales, embeddings, matrices, hidden } = report;
  const kind = config.arch === 'ngpt' ? 'nGPT' : 'GPT';
  const sections = [
    `${checkpoint}: ${kind} of ${formatCount(parameters)} parameters after ${formatSteps(step)}\n`,
    ...(scales === null ? [] : [scalesText(scales, config.signedAlpha)]),
    embeddingsText(embeddings),
    matricesText(matrices),
    hiddenText(hidden),
  ];
  return sections.join('\n');
}

function scalesText({ layers, sz }: ScalesReport, isSigned: boolean): string {
  const rows = layers.map(({ attentionAlpha, mlpAlpha, sqk, su, sv }, layer) => [
    String(layer + 1),
    ...[attentionAlpha, mlpAlpha, sqk, su, sv].map(spread),
  ]);
  return [
    'learned scales: mean (least to greatest)',
    table([['layer', ...(isSigned ? ['α_A', 'α_M'] : ['|α_A|', '|α_M|']), 's_qk', 's_u', 's_v'], ...rows]),
    `s_z ${spread(sz)}   ${bars(sz)}`,
    '',
  ].join('\n');
}

function embeddingsText({ input, output }: EmbeddingsReport): string {
  const rows: Row[] = [embeddingRow('input', input)];
  if (output !== null) rows.push(embeddingRow('output', output));
  return [
    `embeddings${output === null ? ' (the head is the same table)' : ''}: mean (least to greatest)`,
    table([['', 'norm', `cosine of pairs${sampledNote(input)}`, 'largest / median eigenvalue'], ...rows]),
    '',
  ].join('\n');
}

function embeddingRow(name: string, { norms, cosines, eigenvalues }: EmbeddingReport): Row {
  const median = medianOf(eigenvalues);
  return [
    name,
    spread(norms),
    cosines === null ? 'no pairs' : spread(cosines),
    condition(median > 0 ? eigenvalues[0] / median : null),
  ];
}

function sampledNote({ norms, sampled }: EmbeddingReport): string {
  const rows = norms.histogram.counts.reduce((sum, count) => sum + count, 0);
  return sampled < rows ? `, ${formatCount(sampled)} of ${formatCount(rows)} tokens drawn` : '';
}

/** The columns, in the order of the network. */
const MATRICES: { readonly [N in keyof LayerMatrices]: string } = {
  query: 'query',
  key: 'key',
  value: 'value',
  attentionOutput: 'output',
  mlpU: 'MLP u',
  mlpV: 'MLP v',
  mlpOutput: 'MLP output',
};

function matricesText(layers: readonly LayerMatrices[]): string {
  const names = Object.keys(MATRICES) as (keyof LayerMatrices)[];
  const rows = layers.map((matrices, layer) => [
    String(layer + 1),
    ...names.map((name) => condition(matrices[name].conditionNumber)),
  ]);
  const isDeficient = (matrix: MatrixReport) => matrix.conditionNumbers.includes(null);
  const hasDeficient = layers.some((matrices) => names.some((name) => isDeficient(matrices[name])));
  return [
    'condition numbers: of attention the median over heads',
    table([['layer', ...names.map((name) => MATRICES[name])], ...rows]),
    ...(hasDeficient ? ['an infinite one is that of a matrix without full rank'] : []),
    '',
  ].join('\n');
}

function hiddenText(hidden: HiddenReport): string {
  const { data, blocks, blockSize, norms, layers, evenFirstTokenShare } = hidden;
  const rows = layers.map(({ attentionAngle, mlpAngle, blockAngle, firstTokenShare }, layer) => [
    String(layer + 1),
    spread(norms[layer + 1]),
    ...[attentionAngle, mlpAngle, blockAngle].map(({ mean }) => degrees(mean)),
    firstTokenShare === null ? 'none' : firstTokenShare.map(percent).join(' '),
  ]);
  const embedding = ['embedding', spread(norms[0]), '', '', '', ''];
  return [
    `hidden states, on ${formatCount(blocks)} blocks of ${formatCount(blockSize)} tokens of the validation split of ${data}`,
    table([
      ['layer', 'norm', 'attention turns', 'MLP turns', 'both', 'attention to the first token, by head'],
      embedding,
      ...rows,
    ]),
    ...(blockSize === 1
      ? []
      : [`attention to all tokens alike would give the first ${percent(evenFirstTokenShare)}`]),
    '',
  ].join('\n');
}

function spread(values: Spread): string {
  const [mean, min, max] = [values.mean, values.min, values.max].map(short);
  return min === max ? mean : `${mean} (${min} to ${max})`;
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

function condition(value: number | null): string {
  return value === null ? 'infinite' : value < 1e6 ? formatCount(Number(value.toPrecision(3))) : short(value);
}

function degrees(radians: number): string {
  return `${((180 / Math.PI) * radians).toFixed(1)}°`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

const BARS = '▁▂▃▄▅▆▇█';

/** A histogram in one line; a bin that holds anything shows. */
function bars({ histogram: { counts } }: Distribution): string {
  const most = Math.max(...counts);
  const bar = (count: number) => BARS[Math.ceil(((BARS.length - 1) * count) / most)];
  return counts.map((count) => (count === 0 ? ' ' : bar(count))).join('');
}
