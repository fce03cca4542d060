/** How `ngpt sample` prints what a model writes. */

/** What a sample comes from. */
export interface Sample {
  /** Which it is, from 1. */
  readonly sample: number;
  readonly seed: number;
  readonly prompt: string;
}

export interface Output {
  write(text: string): void;
  /** `rest` is the last of the text. */
  end(rest: string): void;
}

/** The text as it comes, after its prompt; where there are several, each under a line that says which it is. */
export function textOutput({ sample, seed, prompt }: Sample, samples: number): Output {
  // Goes out with the first new text: settings that are out of range leave stdout empty.
  let unwritten = samples === 1 ? prompt : `--- sample ${sample} of ${samples}, seed ${seed} ---\n${prompt}`;
  const write = (text: string) => {
    process.stdout.write(unwritten + text);
    unwritten = '';
  };
  return { write, end: (rest) => write(`${rest}\n`) };
}

/** One object a line: what it comes from, and `text`, what follows the prompt. */
export function jsonOutput(sample: Sample): Output {
  let text = '';
  return {
    write: (part) => {
      text += part;
    },
    end: (rest) =>
      process.stdout.write(`${JSON.stringify({ event: 'sample', ...sample, text: text + rest })}\n`),
  };
}
