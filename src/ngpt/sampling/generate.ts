/** A text goes on, token by token: what the model sees of it, and what it need not compute again. */
import { noGrad } from '../../autograd/index.js';
import { KeyValueCache } from '../../nn/index.js';
import { described, shown } from '../../tensor/checks/describe.js';
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireFunction, requireList, requireWhole } from '../../tensor/checks/values.js';
import { requireGenerator } from '../../tensor/create/random.js';
import { ArgumentError, ConfigError, type Generator, scope, tensor } from '../../tensor/index.js';
import { type LanguageModel, requireModel } from '../language-model.js';
import { checkSampling, SAMPLING_OPTIONS, type SamplingOptions, sampleToken } from './sample-token.js';

/** Options of `generate`. */
export interface GenerateOptions extends SamplingOptions {
  readonly maxNewTokens: number;
  readonly generator: Generator;
  /** Called with each token as it is drawn, and waited for; returning false ends the text there. */
  readonly onToken?: (token: number) => boolean | undefined | Promise<boolean | undefined>;
  /** Remember keys and values instead of computing them anew for each token. Same logits, faster. Default true. */
  readonly cached?: boolean;
}

const GENERATE_OPTIONS: OptionNames<GenerateOptions> = {
  ...SAMPLING_OPTIONS,
  maxNewTokens: true,
  generator: true,
  onToken: true,
  cached: true,
};

/**
 * Continues `prompt`, token by token, and returns the new tokens. The forward pass is the one of training, scales
 * included (paper 2.1, eq. 3). Texts longer than a block are seen through a window, see `windowStart`.
 * @throws ConfigError for an empty prompt, tokens outside the vocabulary or settings out of range.
 * @example
 * const config = modelConfig({ vocabSize: 10, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 });
 * const model = createModel(config, new Generator(1));
 * const tokens = await generate(model, [1, 2, 3], { maxNewTokens: 5, generator: new Generator(1) });
 * tokens.length // 5
 */
export async function generate(
  model: LanguageModel,
  prompt: readonly number[],
  options: GenerateOptions,
): Promise<number[]> {
  check(model, prompt, options);
  const { maxNewTokens, generator, onToken, cached = true } = options;
  const reader = new Reader(model, cached ? new KeyValueCache(model.config.nLayer) : null);
  const tokens = [...prompt];
  try {
    while (tokens.length < prompt.length + maxNewTokens) {
      const token = sampleToken(await reader.nextLogits(tokens), options, generator);
      tokens.push(token);
      if ((await onToken?.(token)) === false) break;
    }
  } finally {
    reader.dispose();
  }
  return tokens.slice(prompt.length);
}

/**
 * The first token that the model sees of a text of `length`: all of it up to one block, then between half a block
 * and a whole one. The window jumps half a block at a time, so that what a cache remembers stays right in between.
 * @example
 * windowStart(64, 64) // 0
 * windowStart(65, 64) // 32
 */
export function windowStart(length: number, blockSize: number): number {
  requireWhole('length', length, 0);
  requireWhole('blockSize', blockSize, 1);
  if (length <= blockSize) return 0;
  const jump = Math.ceil(blockSize / 2);
  return jump * Math.ceil((length - blockSize) / jump);
}

/** Reads a growing text, and says what may follow. */
export class Reader {
  private start = 0;

  constructor(
    private readonly model: LanguageModel,
    private readonly cache: KeyValueCache | null,
  ) {
    requireModel('Reader', model);
    if (cache !== null && !(cache instanceof KeyValueCache)) {
      throw new ArgumentError(`Reader: a cache is a KeyValueCache or null, got ${described(cache)}`);
    }
  }

  /** The logits [V] of what follows `tokens`, which must begin as they did in the call before. */
  async nextLogits(tokens: readonly number[]): Promise<ArrayLike<number>> {
    requireTokens('nextLogits', tokens, this.model);
    const start = windowStart(tokens.length, this.model.config.blockSize);
    if (start !== this.start) this.cache?.clear();
    this.start = start;
    const unread = tokens.slice(start + (this.cache?.length ?? 0));
    const logits = noGrad(() =>
      scope(() => {
        const input = tensor(Int32Array.from(unread), [1, unread.length], { backend: this.model.backend });
        return this.model.logits(this.model.hidden(input, { cache: this.cache }).slice(1, -1));
      }),
    );
    return logits.takeData();
  }

  /** Frees what it remembers. */
  dispose(): void {
    this.cache?.clear();
  }
}

function check(model: LanguageModel, prompt: readonly number[], options: GenerateOptions): void {
  requireModel('generate', model);
  requireKnown('generate', options, GENERATE_OPTIONS);
  requireGenerator('generate', options.generator);
  if (options.onToken !== undefined) requireFunction('generate', 'onToken', options.onToken);
  const { maxNewTokens } = options;
  requireTokens('generate', prompt, model);
  requireWhole('maxNewTokens', maxNewTokens, 0);
  checkSampling(options);
}

function requireTokens(op: string, tokens: readonly number[], { config }: LanguageModel): void {
  requireList(op, 'the prompt', tokens);
  const { vocabSize } = config;
  if (tokens.length === 0) throw new ConfigError(`${op}: the prompt must have at least one token`);
  for (const token of tokens) {
    if (!Number.isInteger(token) || token < 0 || token >= vocabSize) {
      throw new ConfigError(`${op}: token ${shown(token)} is outside the vocabulary of ${vocabSize}`);
    }
  }
}
