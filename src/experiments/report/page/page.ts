/** A report as one HTML file that asks for nothing else. Explained in docs/experiments.md. */
import { type Drawn, drawChart } from '../draw/draw.js';
import type { FigureData } from '../figure.js';
import { type FigureName, figuresOf, type NamedFigure } from '../figures/index.js';
import { type Html, html, trusted } from './html.js';
import { STYLE } from './style.js';
import { chartTables, type Table, tableHtml } from './table.js';

export interface Report {
  readonly title: string;
  /** What it is about, in a sentence or two. */
  readonly lead: string;
  /** Where, when and from what: pairs of words. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Longer lists of how it was made. */
  readonly settings: readonly Table[];
  /** The command line that makes it again. */
  readonly command: string;
  readonly tables: readonly Table[];
  /** What to keep in mind of them, a sentence each. */
  readonly notes: readonly string[];
  /** What the model wrote, if it wrote anything. */
  readonly sample: string | null;
  readonly data: FigureData;
}

/** A report in files. */
export interface Written {
  readonly html: string;
  /** Every figure alone, by its name. */
  readonly figures: readonly { readonly name: FigureName; readonly svg: string }[];
}

interface DrawnFigure extends NamedFigure {
  readonly drawn: Drawn;
}

const PAPER = 'https://arxiv.org/abs/2410.01131';

const SECTIONS: readonly (readonly [title: string, names: readonly FigureName[]])[] = [
  ['GPT and nGPT over budgets', ['loss-by-budget', 'speed-up', 'learning-rates', 'ablations']],
  ['Transfer', ['transfer']],
  ['Learning', ['loss-by-steps', 'loss-by-tokens', 'loss-by-time', 'learning-rate', 'unit-norms']],
  ['Learned scales', ['alpha-by-layer', 'scales-by-layer', 'scale-histograms', 'sz-histogram']],
  ['Matrices', ['condition-numbers', 'spectra']],
  ['Embeddings', ['embedding-norms', 'embedding-cosines', 'embedding-spectra']],
  ['Hidden states and attention', ['hidden-norms', 'angles', 'first-token-attention']],
  ['Length', ['loss-by-position']],
];

export function writePage(report: Report): Written {
  const figures = figuresOf(report.data).map((figure) => ({ ...figure, drawn: drawn(figure) }));
  return {
    html: pageHtml(report, figures).text,
    figures: figures.map(({ name, drawn: { file } }) => ({ name, svg: file })),
  };
}

function pageHtml(
  { title, lead, facts, settings, command, tables, notes, sample }: Report,
  figures: readonly DrawnFigure[],
): Html {
  const sections = SECTIONS.flatMap(([heading, names]) => {
    const own = names.flatMap((name) => figures.filter((figure) => figure.name === name));
    return own.length === 0 ? [] : [html`<section>\n<h2>${heading}</h2>\n${own.map(figureHtml)}</section>\n`];
  });
  const results = html`<section>\n<h2>Results</h2>\n${tables.map(tableHtml)}${notes.map((note) => html`\n<p>${note}.</p>`)}\n</section>\n`;
  const sampled = html`<section>\n<h2>What it writes</h2>\n<pre>${sample ?? ''}</pre>\n</section>\n`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="lead">${lead} The paper is <a href="${PAPER}">nGPT, arXiv:2410.01131</a>.</p>
${tables.length + notes.length === 0 ? [] : [results]}${sections}${sample === null ? [] : [sampled]}<section>
<h2>How it was made</h2>
<pre>${commandHtml(command)}</pre>
${tableHtml({ caption: 'Settings and machine', columns: ['what', 'value'], rows: facts })}
${settings.map(tableHtml)}
</section>
</main>
</body>
</html>
`;
}

/** Lines break between words only, not at the hyphens of options, unless a word is longer than a line. */
function commandHtml(command: string): Html[] {
  return command
    .split(/(\s+)/)
    .map((word) => (/^\s*$/.test(word) ? html`${word}` : html`<span class="word">${word}</span>`));
}

function figureHtml({ name, title, chart, paper, finding, drawn }: DrawnFigure): Html {
  return html`<h3 id="${name}">${title}</h3>
<figure>
${trusted(drawn.page)}
<figcaption>
<p><span class="label">Paper:</span> ${paper}</p>
<p><span class="label">Here:</span> ${finding}</p>
<details><summary>The numbers of “${title}”</summary>
${chartTables(title, chart).map(tableHtml)}
</details>
</figcaption>
</figure>
`;
}

function drawn({ name, title, chart, finding }: NamedFigure): Drawn {
  return drawChart(chart, { id: name, title, description: finding });
}
