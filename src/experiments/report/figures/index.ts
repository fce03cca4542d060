/** All figures there are, in the order in which a report has them. */
import type { Figure, FigureData, FigureMaker } from '../figure.js';
import { ablations } from './ablations.js';
import { learningRates, lossByBudget, speedUp } from './budgets.js';
import { embeddingCosines, embeddingNorms, embeddingSpectra } from './embeddings.js';
import { angles, firstTokenAttention, hiddenNorms } from './hidden.js';
import { learningRate, lossBySeconds, lossBySteps, lossByTokens, normsOverTraining } from './learning.js';
import { lossByPosition } from './length.js';
import { conditionNumbers, spectra } from './matrices.js';
import { alphasByLayer, scaleHistograms, scalesByLayer, szHistogram } from './scales.js';
import { transfer } from './transfer.js';

/** By the names of their files. */
export const FIGURES = {
  'loss-by-budget': lossByBudget,
  'speed-up': speedUp,
  'learning-rates': learningRates,
  ablations,
  transfer,
  'loss-by-steps': lossBySteps,
  'loss-by-tokens': lossByTokens,
  'loss-by-time': lossBySeconds,
  'learning-rate': learningRate,
  'unit-norms': normsOverTraining,
  'alpha-by-layer': alphasByLayer,
  'scales-by-layer': scalesByLayer,
  'scale-histograms': scaleHistograms,
  'sz-histogram': szHistogram,
  'condition-numbers': conditionNumbers,
  spectra,
  'embedding-norms': embeddingNorms,
  'embedding-cosines': embeddingCosines,
  'embedding-spectra': embeddingSpectra,
  'hidden-norms': hiddenNorms,
  angles,
  'first-token-attention': firstTokenAttention,
  'loss-by-position': lossByPosition,
} as const satisfies Readonly<Record<string, FigureMaker>>;

export type FigureName = keyof typeof FIGURES;

export interface NamedFigure extends Figure {
  readonly name: FigureName;
}

/** The figures that the data have something for. */
export function figuresOf(data: FigureData): NamedFigure[] {
  return (Object.keys(FIGURES) as FigureName[]).flatMap((name) => {
    const figure = FIGURES[name](data);
    return figure === null ? [] : [{ ...figure, name }];
  });
}
