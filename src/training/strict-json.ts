/**
 * JSON from files that may be broken or hostile. JSON.parse is no help there: it keeps the last of two equal keys,
 * and a few megabytes of brackets make it run out of memory.
 */

/** Objects become maps, so that no key has a meaning of its own. */
export type StrictJson = string | number | boolean | null | StrictJson[] | Map<string, StrictJson>;

export interface StrictJsonLimits {
  /** How deep arrays and objects may nest. */
  readonly depth: number;
  /** Elements of an array. */
  readonly arrayLength: number;
}

/** @throws SyntaxError for anything but JSON within the limits, without repeated keys. */
export function parseStrictJson(text: string, limits: StrictJsonLimits): StrictJson {
  const parser = new Parser(text, limits);
  const value = parser.value(0);
  parser.end();
  return value;
}

const LITERALS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class Parser {
  private position = 0;

  constructor(
    private readonly text: string,
    private readonly limits: StrictJsonLimits,
  ) {}

  value(depth: number): StrictJson {
    const character = this.peek();
    if (character === '{') return this.object(depth + 1);
    if (character === '[') return this.array(depth + 1);
    if (character === '"') return this.string();
    return this.word();
  }

  end(): void {
    if (this.peek() !== undefined) throw this.unexpected();
  }

  private object(depth: number): Map<string, StrictJson> {
    const object = new Map<string, StrictJson>();
    this.open('{', depth);
    if (this.take('}')) return object;
    do {
      if (this.peek() !== '"') throw this.unexpected();
      const key = this.string();
      if (object.has(key)) throw new SyntaxError(`the key ${JSON.stringify(key.slice(0, 60))} appears twice`);
      this.expect(':');
      object.set(key, this.value(depth));
    } while (this.take(','));
    this.expect('}');
    return object;
  }

  private array(depth: number): StrictJson[] {
    const array: StrictJson[] = [];
    this.open('[', depth);
    if (this.take(']')) return array;
    do {
      array.push(this.value(depth));
      if (array.length > this.limits.arrayLength) {
        throw new SyntaxError(`an array has more than ${this.limits.arrayLength} elements`);
      }
    } while (this.take(','));
    this.expect(']');
    return array;
  }

  private open(bracket: '{' | '[', depth: number): void {
    if (depth > this.limits.depth) throw new SyntaxError(`it nests deeper than ${this.limits.depth} levels`);
    this.expect(bracket);
  }

  private string(): string {
    const { text } = this;
    const start = this.position;
    let end = start + 1;
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    this.position = end + 1;
    // A single string holds no surprises: JSON.parse checks it and resolves the escapes.
    return JSON.parse(text.slice(start, end + 1));
  }

  /** A number or a literal. */
  private word(): number | boolean | null {
    const wordAt = /[-+.\w]+/y;
    wordAt.lastIndex = this.position;
    const word = wordAt.exec(this.text)?.[0];
    if (word === undefined) throw this.unexpected();
    const literal = LITERALS.get(word);
    if (literal === undefined && !/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(word))
      throw this.unexpected();
    this.position += word.length;
    return literal === undefined ? Number(word) : literal;
  }

  /** The next character that is no blank; undefined at the end. */
  private peek(): string | undefined {
    const { text } = this;
    while (this.position < text.length && ' \t\n\r'.includes(text[this.position])) this.position++;
    return text[this.position];
  }

  private take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.position++;
    return true;
  }

  private expect(character: string): void {
    if (!this.take(character)) throw this.unexpected();
  }

  private unexpected(): SyntaxError {
    const found = this.peek();
    const what = found === undefined ? 'the end' : JSON.stringify(found);
    return new SyntaxError(`${what} at position ${this.position} is not what JSON wants there`);
  }
}
