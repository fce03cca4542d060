/** The embeddings of the tokens: their lengths, angles and spectrum. */
import type { Distribution, EmbeddingReport, EmbeddingsReport } from '../../inspect/model-report.js';
import { medianOf } from '../../median.js';
import { namedValues, range, short } from '../../words.js';
import { isDrawable, type Panel, type Series } from '../chart.js';
import type { Figure, FigureData } from '../figure.js';
import { histogramPanel, type LookedModel, withLooks } from './models.js';

type Table = keyof EmbeddingsReport;

const TABLES: Readonly<Record<Table, string>> = { input: 'input embeddings', output: 'output embeddings' };

export function embeddingNorms(data: FigureData): Figure | null {
  const parts = distributions(data, ({ norms }) => norms);
  if (parts.length === 0) return null;
  const ranges = rangesOf(parts, ({ min, max }) => range([min, max]));
  return {
    title: 'Lengths of the embeddings',
    chart: { panels: histogramPanels(parts, 'norm of a row', 'tokens') },
    paper: 'Figure 4 (left): in GPT the norms vary widely; in nGPT they are 1 by construction.',
    finding: `Norms are ${namedValues(ranges)}.`,
  };
}

export function embeddingCosines(data: FigureData): Figure | null {
  const parts = distributions(data, ({ cosines }) => cosines);
  if (parts.length === 0) return null;
  const means = rangesOf(parts, ({ mean, min, max }) => `${short(mean)} (${short(min)} to ${short(max)})`);
  return {
    title: 'Cosines between embeddings',
    chart: { panels: histogramPanels(parts, 'cosine of two rows', 'pairs') },
    paper:
      'Figure 4 (right): embeddings form clusters rather than cover the sphere evenly, in nGPT too; dot products tend to be higher in GPT.',
    finding: `The mean cosine of two different tokens is ${namedValues(means)}.`,
  };
}

export function embeddingSpectra({ models }: FigureData): Figure | null {
  const parts = withLooks(models).flatMap((model) =>
    tablesOf(model).flatMap(({ table, report }) =>
      report.eigenvalues.length === 0 ? [] : [{ ...model, table, eigenvalues: report.eigenvalues }],
    ),
  );
  if (parts.length === 0) return null;
  const tables = (Object.keys(TABLES) as Table[]).filter((table) =>
    parts.some((part) => part.table === table),
  );
  const panels = tables.map((table): Panel => {
    const series = parts
      .filter((part) => part.table === table)
      .map(({ name, look, eigenvalues }): Series => {
        const middle = medianOf(eigenvalues);
        const last = Math.max(1, eigenvalues.length - 1);
        const points = eigenvalues.map((value, i) => ({ x: (100 * i) / last, y: value / middle }));
        return { name, look, form: 'line', points };
      });
    return {
      title: TABLES[table],
      x: { label: 'place in the order', unit: '% of all' },
      y: { label: 'eigenvalue / median', unit: null, scale: 'log' },
      series,
    };
  });
  const largest = parts.map(
    ({ name, table, eigenvalues }) =>
      [`the ${TABLES[table]} of ${name}`, short(eigenvalues[0] / medianOf(eigenvalues))] as const,
  );
  return {
    title: 'Spectra of the embeddings',
    chart: { panels, sharesY: true },
    paper:
      'Figure 4 (middle): the eigenvalues of the covariance, divided by their median, spread wider for the input embeddings of GPT, above all at 1 B.',
    finding: `The largest eigenvalue divided by the median is ${namedValues(largest)}.`,
  };
}

interface Part extends LookedModel {
  readonly table: Table;
  readonly distribution: Distribution;
}

function distributions({ models }: FigureData, of: (report: EmbeddingReport) => Distribution | null): Part[] {
  return withLooks(models).flatMap((model) =>
    tablesOf(model).flatMap(({ table, report }) => {
      const distribution = of(report);
      return distribution === null ? [] : [{ ...model, table, distribution }];
    }),
  );
}

function tablesOf({ report: { embeddings } }: LookedModel) {
  return (Object.keys(TABLES) as Table[]).flatMap((table) => {
    const report = embeddings[table];
    return report === null ? [] : [{ table, report }];
  });
}

function histogramPanels(parts: readonly Part[], label: string, what: string): Panel[] {
  const tables = (Object.keys(TABLES) as Table[]).filter((table) =>
    parts.some((part) => part.table === table),
  );
  return tables.map((table) =>
    histogramPanel(
      TABLES[table],
      label,
      what,
      parts
        .filter((part) => part.table === table)
        .map(({ name, look, distribution }) => ({ name, look, values: [distribution] })),
    ),
  );
}

function rangesOf(parts: readonly Part[], format: (values: Distribution) => string) {
  return parts.map(({ name, table, distribution }) => {
    const values = isDrawable(distribution.mean, { label: '', unit: null })
      ? format(distribution)
      : 'no number';
    return [`the ${TABLES[table]} of ${name}`, values] as const;
  });
}
