/** The command `ngpt sample`. Explained in docs/training.md. */
import type { Command } from 'commander';
import { whole } from '../../ngpt/config/option.js';
import type { LanguageModel } from '../../ngpt/index.js';
import { ConfigError, Generator } from '../../tensor/index.js';
import { continueText, readTextFile, type Tokenizer } from '../../training/node/index.js';
import { startTokens } from '../../training/sampling/continue-text.js';
import { StopText } from '../../training/sampling/stop-text.js';
import { checkSeed } from '../../training/settings/settings.js';
import { openCheckpoint } from '../open-checkpoint.js';
import {
  type BackendChoice,
  backendOptions,
  bestOption,
  type CheckpointChoice,
  checkpointOption,
  numberOption,
  pathOption,
} from '../options.js';
import { jsonOutput, type Output, type Sample, textOutput } from './output.js';

/** Nobody reads more. */
const MOST_SAMPLES = 1_000_000;

interface SampleOptions extends BackendChoice, CheckpointChoice {
  prompt?: string;
  promptFile?: string;
  numSamples: number;
  json?: boolean;
  maxNewTokens: number;
  temperature: number;
  topK?: number;
  topP?: number;
  seed: number;
  stop?: string;
}

export function addSampleCommand(program: Command): void {
  const command = program
    .command('sample')
    .description('Let a trained model write, on from a prompt.')
    .addOption(checkpointOption())
    .addOption(bestOption())
    .option('--prompt <text>', 'what it goes on from (default: a line break)')
    .addOption(pathOption('--prompt-file <file>', 'the same from a file, - for standard input'))
    .addOption(
      numberOption('--num-samples <count>', 'how many it writes, each with the next seed').default(1),
    )
    .addOption(numberOption('--max-new-tokens <count>', 'how much it writes').default(500))
    .addOption(
      numberOption('--temperature <value>', 'below 1 bolder, above 1 wilder, 0 always the likeliest').default(
        0.8,
      ),
    )
    .addOption(numberOption('--top-k <count>', 'choose among so many of the likeliest (default: all)'))
    .addOption(
      numberOption('--top-p <share>', 'choose among the likeliest that make up this share (default: all)'),
    )
    .addOption(numberOption('--seed <number>', 'of the random choices').default(1337))
    .option('--stop <text>', 'end before this text comes')
    .option('--json', 'print one JSON object for each sample and nothing else')
    .action(sampleCommand);
  for (const option of backendOptions()) command.addOption(option);
}

async function sampleCommand(options: SampleOptions): Promise<void> {
  const { seed, numSamples, json } = options;
  whole(1, { most: MOST_SAMPLES }).check('numSamples', numSamples);
  checkSeed(seed);
  if (seed > Number.MAX_SAFE_INTEGER - (numSamples - 1)) {
    throw new ConfigError(
      `after seed ${seed} there are not numSamples ${numSamples} seeds; give a smaller one`,
      {
        settings: ['seed', 'numSamples'],
      },
    );
  }
  if (options.stop === '') throw new ConfigError('stop must not be empty', { settings: ['stop'] });
  const prompt = await readPrompt(options);
  const { model, tokenizer } = await openCheckpoint(options);
  const tokens = prompt === '' ? startTokens(tokenizer) : [...tokenizer.encode(prompt)];
  for (let i = 0; i < numSamples; i++) {
    const sample: Sample = { sample: i + 1, seed: seed + i, prompt };
    const output = json ? jsonOutput(sample) : textOutput(sample, numSamples);
    await writeOne(model, tokenizer, tokens, { ...options, seed: seed + i }, output);
  }
}

async function readPrompt({ prompt, promptFile }: SampleOptions): Promise<string> {
  if (promptFile === undefined) return prompt ?? '';
  if (prompt === undefined) return readTextFile(promptFile);
  throw new ConfigError('give either prompt or promptFile', { settings: ['prompt', 'promptFile'] });
}

async function writeOne(
  model: LanguageModel,
  tokenizer: Tokenizer,
  tokens: readonly number[],
  { maxNewTokens, temperature, topK, topP, seed, stop: stopText }: SampleOptions,
  output: Output,
): Promise<void> {
  const stop = stopText === undefined ? null : new StopText(stopText);
  const generator = new Generator(seed);
  await continueText(model, tokenizer, tokens, {
    ...{ maxNewTokens, temperature, topK, topP, generator },
    onText: (text) => {
      output.write(stop === null ? text : stop.push(text));
      return !stop?.isStopped;
    },
  });
  output.end(stop?.end() ?? '');
}
