/**
 * The small language of the tape figure: `x = 2; y = [1, -1]; x*y + tanh(x)`. First what the names stand for, if it
 * matters, then an expression. What it means is in `functions.ts`.
 */
import { FUNCTIONS, OPERATORS } from './functions.js';

/** Numbers, nested as the axes of a tensor are. */
export type Literal = number | readonly Literal[];

export type Expression =
  | { readonly kind: 'literal'; readonly value: Literal }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly inputs: readonly Expression[] };

export interface Program {
  /** `name = …` in the order written; a name that stands for a literal is an input of the graph. */
  readonly definitions: readonly (readonly [name: string, Expression])[];
  readonly result: Expression;
}

/** Something typed that makes no expression; the message is for whoever typed it. */
export class ExpressionError extends Error {}

export const MOST_LETTERS = 300;
const DEEPEST = 30;

interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
}

/** @throws ExpressionError in plain words. */
export function parse(source: string): Program {
  if (source.length > MOST_LETTERS)
    throw new ExpressionError(`That is longer than ${MOST_LETTERS} characters, too long to draw.`);
  return new Parser(tokensOf(source)).program();
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  // Letters as people write them: a real minus, a middle dot, powers by two stars.
  const pattern =
    /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_][A-Za-z_0-9]*)|(\*\*|[-−–+*·×/^@()[\],;=]))/y;
  while (pattern.lastIndex < source.trimEnd().length) {
    const start = pattern.lastIndex;
    const found = pattern.exec(source);
    if (found === null) {
      const [letter] = source.slice(start).trimStart();
      throw new ExpressionError(
        `‘${letter}’ has no meaning here; write numbers, names, + − * / ^ @ and functions.`,
      );
    }
    const [, number, name, sign] = found;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'sign', text: plainSign(sign) });
  }
  return [...tokens, { kind: 'end', text: '' }];
}

function plainSign(sign: string): string {
  if (sign === '−' || sign === '–') return '-';
  if (sign === '·' || sign === '×') return '*';
  return sign === '**' ? '^' : sign;
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  program(): Program {
    const definitions: (readonly [string, Expression])[] = [];
    const known = new Set<string>();
    for (;;) {
      if (this.next.kind === 'name' && this.tokens[this.at + 1].text === '=') {
        const name = this.take().text;
        this.take();
        if (known.has(name)) throw new ExpressionError(`${name} is defined twice.`);
        if (Object.hasOwn(FUNCTIONS, name))
          throw new ExpressionError(`${name} is a function; take another name.`);
        known.add(name);
        definitions.push([name, this.sum()]);
        this.expect(';', `after what ${name} is, and then an expression`);
      } else {
        const result = this.sum();
        if (this.next.text === ';') this.take();
        this.expectEnd();
        return { definitions, result };
      }
    }
  }

  private sum(): Expression {
    return this.deeper(() => this.chain(['+', '-'], () => this.chain(['*', '/', '@'], () => this.signed())));
  }

  /** Operators of one rank, from left to right. */
  private chain(signs: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    while (this.next.kind === 'sign' && signs.includes(this.next.text)) {
      const name = OPERATORS[this.take().text];
      left = { kind: 'call', name, inputs: [left, operand()] };
    }
    return left;
  }

  private signed(): Expression {
    if (this.next.text !== '-') return this.power();
    this.take();
    const inside = this.deeper(() => this.signed());
    return inside.kind === 'literal' && typeof inside.value === 'number'
      ? { kind: 'literal', value: -inside.value }
      : { kind: 'call', name: 'neg', inputs: [inside] };
  }

  /** Binds tighter than a minus before it, and to the right: −x^2 is −(x²). */
  private power(): Expression {
    const base = this.atom();
    if (this.next.text !== '^') return base;
    this.take();
    return { kind: 'call', name: 'pow', inputs: [base, this.deeper(() => this.signed())] };
  }

  private atom(): Expression {
    const token = this.take();
    if (token.kind === 'number') return { kind: 'literal', value: numberOf(token.text) };
    if (token.kind === 'name')
      return this.next.text === '(' ? this.call(token.text) : { kind: 'name', name: token.text };
    if (token.text === '(') {
      const inside = this.sum();
      this.expect(')', 'to close a bracket');
      return inside;
    }
    if (token.text === '[') return { kind: 'literal', value: this.list() };
    throw new ExpressionError(
      token.kind === 'end'
        ? 'Something is still to come at the end.'
        : `Nothing can begin with ‘${token.text}’.`,
    );
  }

  private call(name: string): Expression {
    const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (known === undefined)
      throw new ExpressionError(
        `${name} is no function here; there are ${Object.keys(FUNCTIONS).sort().join(', ')}.`,
      );
    this.take();
    const inputs = [this.sum()];
    while (this.next.text === ',') {
      this.take();
      inputs.push(this.sum());
    }
    this.expect(')', `to close ${name}(`);
    if (inputs.length !== known.inputs) {
      const wanted = known.inputs === 1 ? 'one input' : `${known.inputs} inputs`;
      throw new ExpressionError(`${name} takes ${wanted}, not ${inputs.length}.`);
    }
    return { kind: 'call', name, inputs };
  }

  /** What comes after `[`. */
  private list(): Literal {
    const items: Literal[] = [];
    do {
      if (items.length > 0) this.take();
      items.push(this.item());
    } while (this.next.text === ',');
    this.expect(']', 'to close a list');
    return items;
  }

  private item(): Literal {
    const token = this.take();
    if (token.kind === 'number') return numberOf(token.text);
    if (token.text === '-' && this.next.kind === 'number') return -numberOf(this.take().text);
    if (token.text !== '[') throw new ExpressionError('A list holds numbers, or lists of numbers: [1, 2].');
    let inside: Literal = 0;
    this.deeper(() => {
      inside = this.list();
      return { kind: 'literal', value: inside };
    });
    return inside;
  }

  private get next(): Token {
    return this.tokens[this.at];
  }

  private take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.at++;
    return token;
  }

  private expect(sign: string, why: string): void {
    if (this.next.text !== sign) throw new ExpressionError(`A ‘${sign}’ is missing ${why}.`);
    this.take();
  }

  private expectEnd(): void {
    const { kind, text } = this.next;
    if (kind === 'end') return;
    throw new ExpressionError(
      text === '='
        ? 'Only a name can stand before ‘=’.'
        : `‘${text}’ cannot follow here; is an operator missing?`,
    );
  }

  private deeper(inside: () => Expression): Expression {
    if (++this.depth > DEEPEST) throw new ExpressionError(`That is nested more than ${DEEPEST} deep.`);
    const result = inside();
    this.depth--;
    return result;
  }
}

function numberOf(written: string): number {
  const value = Number(written);
  if (!Number.isFinite(value)) throw new ExpressionError(`${written} is too large a number.`);
  return value;
}
