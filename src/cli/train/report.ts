/** What people see at the end of training. */
import { type LayerAlphas, meanAlphas } from '../../ngpt/index.js';
import { Generator } from '../../tensor/index.js';
import type { DoneEvent, EvalEvent } from '../../training/loop/events.js';
import { continueText, type Run, type TrainSettings } from '../../training/node/index.js';
import { startTokens } from '../../training/sampling/continue-text.js';
import { formatDuration, formatLoss, formatSteps } from '../format.js';
import { commandName, shellWord } from '../options.js';
import { suggestedPrompt } from '../prompt.js';
import { dataAgain } from './notes.js';

const SAMPLE_CHARACTERS = 300;

export interface Made {
  /** What the model writes. */
  readonly sample: string;
  /** Path of the report for browsers; null where there is none. */
  readonly page: string | null;
}

export async function reportText(
  run: Run,
  last: EvalEvent,
  done: DoneEvent,
  { sample, page }: Made,
): Promise<string> {
  const lines = [
    '',
    `${formatSteps(done.steps)} in ${formatDuration(done.seconds)}`,
    '',
    `training loss     ${formatLoss(last.trainLoss)} nats per token`,
    `validation loss   ${formatLoss(last.valLoss)} nats per token`,
    ...normLines(done, run.settings),
    ...alphaLines(await meanAlphas(run.state.model), run.settings),
    '',
    `${SAMPLE_CHARACTERS} characters it writes now:`,
    '',
    sample.trim(),
    '',
    ...(page === null ? [] : [`report            ${page}`]),
    ...nextLines(run, done),
  ];
  return `${lines.join('\n')}\n`;
}

function normLines({ maxNormError }: DoneEvent, { weightNorm }: TrainSettings): string[] {
  if (maxNormError === null) return [];
  const which = weightNorm === 'step' ? 'all matrices and hidden states' : 'hidden states';
  return [`unit norms        off by at most ${maxNormError.toExponential(1)} (${which})`];
}

function alphaLines(alphas: readonly LayerAlphas[], { alpha }: TrainSettings): string[] {
  return alphas.map(({ attention, mlp }, layer) => {
    const title = layer > 0 ? '' : alpha === 'fixed' ? 'fixed alpha' : 'learned alpha';
    return `${title.padEnd(18)}layer ${layer + 1}: attention ${attention.toFixed(3)}, MLP ${mlp.toFixed(3)}`;
  });
}

/** Some text from the start of a text, as the model has it. */
export async function sampleText({ state, dataset, settings }: Run): Promise<string> {
  let text = '';
  await continueText(state.model, dataset.tokenizer, startTokens(dataset.tokenizer), {
    maxNewTokens: SAMPLE_CHARACTERS,
    temperature: 0.8,
    generator: new Generator(settings.seed),
    onText: (part) => {
      text += part;
      return text.length < SAMPLE_CHARACTERS;
    },
  });
  return text.slice(0, SAMPLE_CHARACTERS);
}

function nextLines(run: Run, { checkpoint }: DoneEvent): string[] {
  if (checkpoint === null) return [];
  const command = commandName();
  const from = `--checkpoint ${shellWord(run.outDir)}`;
  const prompt = suggestedPrompt(run.dataset);
  return [
    `checkpoint        ${checkpoint}`,
    `try next          ${command} sample ${from}${prompt === '' ? '' : ` --prompt ${shellWord(prompt)}`}`,
    `                  ${command} eval ${from} --full${dataAgain(run.dataset)}`,
    `                  ${command} train --preset nano-cpu --data YOUR-TEXT.txt`,
  ];
}
