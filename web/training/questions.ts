/** What panels ask a model between two of its steps. One table says how each question is answered. */
import type { Trace } from '../../src/experiments/inspect/trace.js';
import type { Inside } from '../measure/inside.js';
import type { NextCharacter } from '../measure/next.js';

/** A question of each kind, and its answer. */
export interface Dialogue {
  /** The path of the last character of a text through the layers. */
  trace: { asks: { readonly text: string }; answers: Trace };
  /** Scales, cosines and condition numbers. */
  inside: { asks: object; answers: Inside };
  /** Who looks at whom: [heads, T, T] of one layer. */
  attention: {
    asks: { readonly text: string; readonly layer: number };
    answers: { readonly text: string; readonly heads: number; readonly weights: Float32Array };
  };
  /** The likeliest next characters. */
  next: { asks: { readonly text: string }; answers: readonly NextCharacter[] };
  /** Text that the model writes; it comes in pieces, and the answer is all of it. */
  write: {
    asks: {
      readonly text: string;
      readonly length: number;
      readonly temperature: number;
      readonly seed: number;
    };
    answers: string;
  };
  /** The bytes of a checkpoint, as `ngpt sample` and `ngpt train` read them. */
  checkpoint: { asks: object; answers: Uint8Array };
}

export type QuestionKind = keyof Dialogue;
export type Question = { [K in QuestionKind]: { readonly kind: K } & Dialogue[K]['asks'] }[QuestionKind];
export type QuestionOf<K extends QuestionKind> = { readonly kind: K } & Dialogue[K]['asks'];
export type AnswerTo<K extends QuestionKind> = Dialogue[K]['answers'];
export type Answer = AnswerTo<QuestionKind>;
