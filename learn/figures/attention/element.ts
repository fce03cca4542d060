import type { Backend } from '../../../src/index.js';
import { Slider } from '../base/controls.js';
import { Figure, type Shown } from '../base/element.js';
import { freshWasmBackend } from '../base/engine.js';
import { blocksOf, drawAttention, sentence } from './draw.js';
import { type AttentionMemory, BLOCK_ROWS, measureAttention } from './measure.js';

const START = 256;
const LONGEST = 512;

/** `<figure-attention>`: how many tokens, which block of rows, and the memory that takes. */
export class AttentionFigure extends Figure {
  protected readonly label = 'Attention in blocks, and its memory';
  private backend!: Backend;
  private length = START;
  private block = 1;
  /** Measured once for each length. */
  private readonly measured = new Map<number, AttentionMemory>();

  protected async start(): Promise<void> {
    this.backend = await freshWasmBackend();
    const last = () => Math.ceil(this.length / BLOCK_ROWS) - 1;
    const block = new Slider({
      ...{ label: 'block', min: 0, max: last(), step: 1, value: this.block },
      words: (value) => `${value + 1} of ${last() + 1}`,
      onInput: (value) => {
        this.block = value;
        this.update();
      },
    });
    const length = new Slider({
      ...{ label: 'tokens T', min: BLOCK_ROWS, max: LONGEST, step: BLOCK_ROWS, value: START },
      words: String,
      onInput: (value) => {
        this.length = value;
        this.block = Math.min(this.block, last());
        block.max = last();
        block.value = this.block;
        this.update();
      },
    });
    this.controls.append(length.element, block.element);
  }

  protected show(width: number): Shown {
    const memory = this.measured.get(this.length) ?? measureAttention(this.length, this.backend);
    this.measured.set(this.length, memory);
    const block = Math.min(this.block, blocksOf(memory) - 1);
    return { drawing: drawAttention({ memory, block }, width), said: sentence({ memory, block }) };
  }
}
