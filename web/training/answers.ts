/** How each question is answered. */

import { trace } from '../../src/experiments/inspect/trace.js';
import { Generator } from '../../src/index.js';
import { continueText, startTokens } from '../../src/training/sampling/continue-text.js';
import { attentionMaps } from '../measure/attention-maps.js';
import { inside } from '../measure/inside.js';
import { nextCharacters } from '../measure/next.js';
import type { Answer, AnswerTo, Question, QuestionKind, QuestionOf } from './questions.js';
import type { Session } from './session.js';

/** What an answer may do besides ending. */
export interface Answering {
  /** Sends part of it ahead. */
  piece(text: string): void;
}

type Answers = {
  readonly [K in QuestionKind]: (
    session: Session,
    question: QuestionOf<K>,
    answering: Answering,
  ) => Promise<AnswerTo<K>>;
};

const ANSWERS: Answers = {
  trace(session, { text }) {
    const tokens = lastBlock(session, text);
    return trace(session.model, tokens, tokens.length - 1);
  },
  inside: ({ model }) => inside(model),
  async attention(session, { text, layer }) {
    const tokens = lastBlock(session, text);
    const weights = await attentionMaps(session.model, tokens, layer);
    return { text: session.dataset.tokenizer.decode(tokens), heads: session.model.config.nHead, weights };
  },
  next: (session, { text }) =>
    nextCharacters(session.model, lastBlock(session, text), session.facts.characters),
  async write(session, { text, length, temperature, seed }, { piece }) {
    const { tokenizer } = session.dataset;
    const prompt = text === '' ? startTokens(tokenizer) : [...tokenizer.encode(text)];
    let written = '';
    await continueText(session.model, tokenizer, prompt, {
      ...{ maxNewTokens: length, temperature, generator: new Generator(seed) },
      onText(more) {
        written += more;
        piece(more);
        return true;
      },
    });
    return written;
  },
  checkpoint: (session) => session.checkpoint(),
};

export function answer(session: Session, question: Question, answering: Answering): Promise<Answer> {
  const answerIt = ANSWERS[question.kind] as Answers[QuestionKind] as (
    ...given: [Session, Question, Answering]
  ) => Promise<Answer>;
  return answerIt(session, question, answering);
}

/** The end of a text, as much as the model can see at once. @throws DataError for characters it does not know. */
function lastBlock({ dataset, model }: Session, text: string): Int32Array {
  const { tokenizer } = dataset;
  const tokens = text === '' ? Int32Array.from(startTokens(tokenizer)) : tokenizer.encode(text);
  return tokens.slice(-model.config.blockSize);
}
