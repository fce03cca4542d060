import type { Command } from 'commander';
import { ConfigError, Generator } from '../tensor/index.js';
import { checkSeed, continueText, startTokens } from '../training/node/index.js';
import { StopText } from '../training/sampling/stop-text.js';
import { openCheckpoint } from './open-checkpoint.js';
import {
  type BackendChoice,
  backendOptions,
  bestOption,
  type CheckpointChoice,
  checkpointOption,
  numberOption,
} from './options.js';

interface SampleOptions extends BackendChoice, CheckpointChoice {
  prompt?: string;
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
    .action(sampleCommand);
  for (const option of backendOptions()) command.addOption(option);
}

async function sampleCommand(options: SampleOptions): Promise<void> {
  const { prompt = '', maxNewTokens, temperature, topK, topP, seed } = options;
  checkSeed(seed);
  const generator = new Generator(seed);
  const { model, tokenizer } = await openCheckpoint(options);
  const tokens = prompt === '' ? startTokens(tokenizer) : [...tokenizer.encode(prompt)];
  // Goes out with the first new text: settings that are out of range leave stdout empty.
  let unwritten = prompt;
  const write = (text: string) => {
    process.stdout.write(unwritten + text);
    unwritten = '';
    return true;
  };
  if (options.stop === '') throw new ConfigError('stop must not be empty', { settings: ['stop'] });
  const stop = options.stop === undefined ? null : new StopText(options.stop);
  await continueText(model, tokenizer, tokens, {
    ...{ maxNewTokens, temperature, topK, topP, generator },
    onText: (text) => write(stop === null ? text : stop.push(text)) && !stop?.isStopped,
  });
  write(`${stop?.end() ?? ''}\n`);
}
