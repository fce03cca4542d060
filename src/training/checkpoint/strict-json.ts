/**
 * JSON from files that may be broken or hostile. JSON.parse is no help there: it keeps the last of two equal keys,
 * and a few megabytes of brackets make it run out of memory.
 */

/** Objects become maps, so that no key has a meaning of its own. */
export type StrictJson = string | number | boolean | null | StrictJson[] | Map<string, StrictJson>;

export interface StrictJsonLimits {
  /** How deep arrays and objects may nest. */
  readonly depth: number;
  /** How deep objects may stand: a map costs a hundred times the two characters of an empty object. Default `depth`. */
  readonly objectDepth?: number;
  /** Entries of an object. Default any number. */
  readonly objectLength?: number;
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

/**
 * Hands over the entries of an object one by one, so that the first that will not do ends it, before a large text
 * has become a much larger tree.
 * @throws SyntaxError as `parseStrictJson`, and for anything but an object; what `see` throws.
 */
export function forEachEntry(
  text: string,
  limits: StrictJsonLimits,
  see: (key: string, value: StrictJson) => void,
): void {
  const parser = new Parser(text, limits);
  const keys = new Set<string>();
  parser.entries(1, keys, (key, value) => {
    keys.add(key);
    see(key, value);
  });
  parser.end();
}

/**
 * An object of keys and values that are JSON already, in their order: JavaScript's own objects put keys that look
 * like numbers first.
 */
export function objectText(entries: Iterable<readonly [key: string, json: string]>): string {
  return `{${Array.from(entries, ([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}

const LITERALS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** What stands for itself, which is most of what there is. */
const PLAIN_STRING = /^"[ !#-[\]-~]*"$/;

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

  /** `see` is to add each key to `taken`. */
  entries(
    depth: number,
    taken: { has(key: string): boolean },
    see: (key: string, value: StrictJson) => void,
  ): void {
    this.open('{', depth, this.limits.objectDepth ?? this.limits.depth);
    if (this.take('}')) return;
    do {
      if (this.peek() !== '"') throw this.unexpected();
      const key = this.string();
      if (taken.has(key)) throw new SyntaxError(`the key ${JSON.stringify(key.slice(0, 60))} appears twice`);
      this.expect(':');
      see(key, this.value(depth));
    } while (this.take(','));
    this.expect('}');
  }

  private object(depth: number): Map<string, StrictJson> {
    const object = new Map<string, StrictJson>();
    const { objectLength = Number.POSITIVE_INFINITY } = this.limits;
    this.entries(depth, object, (key, value) => {
      object.set(key, value);
      if (object.size > objectLength)
        throw new SyntaxError(`an object has more than ${objectLength} entries`);
    });
    return object;
  }

  private array(depth: number): StrictJson[] {
    const array: StrictJson[] = [];
    this.open('[', depth, this.limits.depth);
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

  private open(bracket: '{' | '[', depth: number, limit: number): void {
    const what = bracket === '{' && limit < this.limits.depth ? 'objects nest' : 'it nests';
    if (depth > limit) throw new SyntaxError(`${what} deeper than ${limit} levels`);
    this.expect(bracket);
  }

  private string(): string {
    const { text } = this;
    const start = this.position;
    let end = start + 1;
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    this.position = end + 1;
    // A single string holds no surprises: JSON.parse checks it and resolves the escapes.
    const quoted = text.slice(start, end + 1);
    return PLAIN_STRING.test(quoted) ? quoted.slice(1, -1) : JSON.parse(quoted);
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
