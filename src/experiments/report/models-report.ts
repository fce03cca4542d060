/** The report of checkpoints, one or several side by side. Explained in docs/experiments.md. */
import type { ModelReport } from '../inspect/model-report.js';
import type { LengthReport } from '../length/length-report.js';
import { archName, count, list } from '../words.js';
import type { NamedLengths, NamedModel } from './figure.js';
import type { Report } from './page/page.js';

export interface ModelsReportParts {
  readonly models: readonly ModelReport[];
  /** Of the same checkpoints, or none. */
  readonly lengths: readonly LengthReport[];
  readonly machine: Report['facts'];
  readonly command: string;
}

export function modelsReport({ models, lengths, machine, command }: ModelsReportParts): Report {
  const named = namedModels(models);
  return {
    title: named.length === 1 ? `Inside ${named[0].name}` : `Inside ${count(named.length, 'model')}`,
    lead: `Measured on ${list(named.map(({ name, report }) => `${name} (${report.checkpoint})`))}.`,
    facts: [
      ...machine,
      ...hiddenFacts(models),
      ...named.flatMap(({ name, report }) => configFacts(name, report)),
    ],
    ...{
      command,
      sample: null,
      ...{ tables: [], notes: [], settings: [] },
      data: { runs: [], models: named, lengths: namedLengths(lengths, named), comparison: null, sweep: null },
    },
  };
}

/** The architecture where that tells them apart, else the end of the path too; what is given twice is numbered. */
export function namedModels(models: readonly ModelReport[]): NamedModel[] {
  const candidates = [
    (_: ModelReport) => '',
    ({ checkpoint }: ModelReport) => `, ${shortPath(checkpoint)}`,
    ({ checkpoint }: ModelReport) => `, ${checkpoint}`,
  ];
  const named = models.map((report) => {
    const of = (model: ModelReport, tail: (report: ModelReport) => string) =>
      `${archName(model.config.arch)}${tail(model)}`;
    const isAlone = (tail: (report: ModelReport) => string) =>
      models.filter((other) => of(other, tail) === of(report, tail)).length === 1;
    return { name: of(report, candidates.find(isAlone) ?? candidates[1]), report };
  });
  return named.map(({ name, report }, i) => {
    const before = named.slice(0, i).filter((other) => other.name === name).length;
    return { name: before === 0 ? name : `${name} (${before + 1})`, report };
  });
}

/** With the names of the models, in the same order. */
export function namedLengths(
  lengths: readonly LengthReport[],
  models: readonly NamedModel[],
): NamedLengths[] {
  return lengths.map(({ arch, trainedBlockSize, sizes }, i) => ({
    ...{ name: models[i]?.name ?? archName(arch), arch, trainedLength: trainedBlockSize, sizes },
  }));
}

/** The last folder and the file say most. */
function shortPath(path: string): string {
  return path.split(/[\\/]/).slice(-2).join('/');
}

/** What was the same for all is said once. */
function hiddenFacts(models: readonly ModelReport[]): Report['facts'] {
  if (models.length === 0) return [];
  const distinct = (words: readonly string[]) => list([...new Set(words)]);
  const blocks = models.map(
    ({ hidden }) => `${hidden.blocks} of ${hidden.blockSize} tokens, seed ${hidden.seed}`,
  );
  return [
    ['data', distinct(models.map(({ hidden }) => hidden.data))],
    ['blocks for hidden states', distinct(blocks)],
  ];
}

function configFacts(name: string, { checkpoint, step, parameters, config }: ModelReport): Report['facts'] {
  const { nLayer, nHead, nEmbd, blockSize } = config;
  return [
    [`${name}: checkpoint`, checkpoint],
    [`${name}: steps`, step.toLocaleString('en-US')],
    [`${name}: parameters`, parameters.toLocaleString('en-US')],
    [`${name}: layers, heads, width, block`, [nLayer, nHead, nEmbd, blockSize].join(', ')],
  ];
}
