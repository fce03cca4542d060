/** What the page and the worker of a model say to each other: plain data, which `postMessage` copies. */
import type { Architecture, ModelConfig } from '../../src/ngpt/index.js';
import type { ReferenceLine } from '../data/open-data.js';
import type { Setup } from '../setup/setup.js';
import type { Answer, Question } from './questions.js';

/** What a model begins with. */
export interface Opening {
  readonly setup: Setup;
  readonly arch: Architecture;
  /** The visitor's text, if the setup's data is `own`. */
  readonly ownText: string | null;
  /** The bytes of a checkpoint to go on from; null begins anew. */
  readonly checkpoint: Uint8Array | null;
}

/** What the page asks of a worker. */
export type Command =
  | ({ readonly do: 'open' } & Opening)
  /** Make steps until so many have been made; after `end` of them, where the run ends for now, the loss is measured, too. */
  | { readonly do: 'run'; readonly until: number; readonly end: number }
  | { readonly do: 'pause' }
  /** Answered between two steps. */
  | { readonly do: 'ask'; readonly id: number; readonly question: Question };

/** What holds for a model from its first step to its last. */
export interface Facts {
  readonly config: ModelConfig;
  readonly parameters: number;
  /** Which backend really runs, and how: `wasm`, `relaxed-simd`. */
  readonly backend: string;
  readonly mode: string;
  /** Characters by token. */
  readonly characters: readonly string[];
  readonly trainTokens: number;
  readonly valTokens: number;
  readonly lines: readonly ReferenceLine[];
  /** Where writing begins when the visitor says nothing. */
  readonly prompt: string;
  /** Steps made by the checkpoint that it went on from. */
  readonly resumedFrom: number;
}

/** A step was made. */
export interface StepPoint {
  /** Steps made, this one included. */
  readonly step: number;
  /** Of its batch, before the update, in nats per character. */
  readonly loss: number;
  /** Spent in steps up to here, since the model was opened; evaluations and answers are not in it. */
  readonly seconds: number;
}

/** Both splits were measured, on the same random batches each time. */
export interface EvalPoint {
  readonly step: number;
  readonly trainLoss: number;
  readonly valLoss: number;
  readonly seconds: number;
}

/** What went wrong, for the page to say and to act on. */
export interface Failure {
  /** `memory` and `device` begin again from the last good state; `number` is a loss that is none; `input` is the visitor's. */
  readonly kind: 'memory' | 'device' | 'number' | 'input' | 'other';
  readonly message: string;
  readonly step: number;
}

/** What a worker tells the page. */
export type Message =
  | { readonly told: 'opened'; readonly facts: Facts }
  | { readonly told: 'steps'; readonly points: readonly StepPoint[] }
  | { readonly told: 'evaluated'; readonly point: EvalPoint }
  /** A state to go on from, the bytes of a safetensors file. */
  | { readonly told: 'kept'; readonly step: number; readonly checkpoint: Uint8Array }
  | { readonly told: 'paused'; readonly step: number }
  | { readonly told: 'answered'; readonly id: number; readonly answer: Answer }
  /** Part of an answer that comes in pieces. */
  | { readonly told: 'piece'; readonly id: number; readonly text: string }
  | { readonly told: 'refused'; readonly id: number; readonly message: string }
  | { readonly told: 'failed'; readonly failure: Failure };
