import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spheregrad-excerpts-'));
  write('package.json', JSON.stringify({ scripts: { excerpts: 'node' } }));
  write('src/shapes.ts', SOURCE);
});
afterEach(() => rmSync(folder, { recursive: true }));

const AROUND = [
  'around(): string {',
  '  const half = Math.PI * this.radius;',
  '',
  "  return String(2 * half) + ' --units';",
  '}',
];

const SOURCE = `/** Shapes. */

/** The area of a square. */
export const area = (side: number): number => side ** 2; // not a cube

/** One. */
export function sum(a: number): number;
/** Two. */
export function sum(a: number, b: number): number;
export function sum(a: number, b = 0): number {
  return a + b;
}

/** A circle. */
export class Circle {
  constructor(readonly radius: number) {}

  /** Around it. */
  around(): string {
    const half = Math.PI * this.radius;

    return String(2 * half) + ' --units';
  }

  get width(): number {
    return 2 * this.radius;
  }

  set width(_: number) {}
}

export interface Side {
  /** In metres. */
  readonly length: number;
}

export const table = {
  // What it is made of.
  round: (x: number) => [x],
} satisfies object;

type Shape = Circle;
const Shape = Circle;

export function outer(): void {
  function inner(): Shape {
    return new Shape(1);
  }
  inner();
}

/** A fence is \`\`\`\` here. */
export const FENCED = '\`\`\`';
`;

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

function run(script: string): { status: number | null; problems: string[] } {
  const { status, stderr } = spawnSync('node', [script, folder], { encoding: 'utf8' });
  return { status, problems: stderr.trim().split('\n').filter(Boolean) };
}
const fill = () => run('scripts/docs/write-excerpts.mjs');
const check = () => run('scripts/check-docs.mjs');

/** What the command writes into a document of this text, which then passes the check. */
function filled(text: string): string {
  write('docs/a.md', text);
  expect(fill()).toEqual({ status: 0, problems: [] });
  expect(check()).toEqual({ status: 0, problems: [] });
  return readFileSync(join(folder, 'docs/a.md'), 'utf8');
}

const fence = (place: string, text = '') => `\`\`\`ts ${place}\n${text}\`\`\`\n`;

/** Places, and what stands there. */
const EXCERPTS = {
  'src/shapes.ts#area': ['export const area = (side: number): number => side ** 2;'],
  'src/shapes.ts#sum': [
    'export function sum(a: number): number;',
    'export function sum(a: number, b: number): number;',
    'export function sum(a: number, b = 0): number {',
    '  return a + b;',
    '}',
  ],
  'src/shapes.ts#Circle.around': AROUND,
  'src/shapes.ts#Circle.constructor': ['constructor(readonly radius: number) {}'],
  'src/shapes.ts#Side': ['export interface Side {', '  /** In metres. */', '  readonly length: number;', '}'],
  'src/shapes.ts#Side.length': ['readonly length: number;'],
  'src/shapes.ts#table.round': ['round: (x: number) => [x]'],
  'src/shapes.ts#outer.inner': ['function inner(): Shape {', '  return new Shape(1);', '}'],
  'src/shapes.ts "const half"': ['const half = Math.PI * this.radius;'],
  'src/shapes.ts "const half" "--units"': AROUND.slice(1, -1).map((line) => line.trim()),
  'src/shapes.ts "around()" "--units"': AROUND.slice(0, -1),
};

/** Places that are none, and what is said of them. */
const NOWHERE = {
  'src/gone.ts#area': 'there is no file src/gone.ts',
  'src/shapes.ts#gone': 'src/shapes.ts declares no gone',
  'src/shapes.ts#Circle.gone': 'src/shapes.ts declares no Circle.gone',
  'src/shapes.ts#Shape': 'src/shapes.ts declares Shape more than once, in lines 42 and 43',
  'src/shapes.ts#Circle.width': 'src/shapes.ts declares Circle.width more than once, in lines 25 and 29',
  'src/shapes.ts "gone"': 'src/shapes.ts has no line with "gone"',
  'src/shapes.ts "outer" "interface"': 'has no line with "interface" after the one with "outer"',
  'src/shapes.ts': 'names no place in a file',
  'src/shapes.ts#area "half"': 'names no place in a file',
};

describe('npm run excerpts', () => {
  it('writes what stands at each place', () => {
    const [empty, full] = [[], Object.values(EXCERPTS)].map((texts) =>
      Object.keys(EXCERPTS).map((place, i) => fence(place, texts[i]?.map((line) => `${line}\n`).join(''))),
    );
    const text = filled(`# A\n\n${empty.join('\nbetween\n\n')}\nafter\n`);
    expect(text.split('\nbetween\n\n')).toEqual([
      `# A\n\n${full[0]}`,
      ...full.slice(1, -1),
      `${full.at(-1)}\nafter\n`,
    ]);
  });

  it('writes anew what was otherwise, in lists and quotations too, and leaves other fences alone', () => {
    const others = '\n```ts\nconst a = 1;\n```\n\n```ts run\n```\n';
    const before = `${fence('src/shapes.ts#area', 'old\n\nolder\n')}
- item

  \`\`\`ts src/shapes.ts#Circle.around
  \`\`\`

> \`\`\`ts src/shapes.ts#table.round
> \`\`\`
${others}`;
    const after = `${fence('src/shapes.ts#area', `${EXCERPTS['src/shapes.ts#area'][0]}\n`)}
- item

  \`\`\`ts src/shapes.ts#Circle.around
${AROUND.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}
  \`\`\`

> \`\`\`ts src/shapes.ts#table.round
> round: (x: number) => [x]
> \`\`\`
${others}`;
    expect(filled(before)).toBe(after);
    expect(filled(after)).toBe(after);
  });

  it('takes a longer fence around one', () => {
    expect(filled('```ts src/shapes.ts#FENCED\n```\n')).toBe(
      "````ts src/shapes.ts#FENCED\nexport const FENCED = '```';\n````\n",
    );
  });

  it('says which places there are none of, as the check does, and keeps what the document has', () => {
    const text = Object.keys(NOWHERE)
      .map((place) => `\n${fence(place, 'kept\n')}`)
      .join('');
    write('docs/a.md', text);
    for (const { status, problems } of [fill(), check()]) {
      expect(status).toBe(1);
      expect(problems).toHaveLength(Object.keys(NOWHERE).length);
      for (const [i, said] of Object.values(NOWHERE).entries()) {
        expect(problems[i]).toContain(`docs/a.md:${2 + 4 * i}: `);
        expect(problems[i]).toContain(said);
        expect(problems[i]).toContain('npm run excerpts');
      }
    }
    expect(readFileSync(join(folder, 'docs/a.md'), 'utf8')).toBe(text);
  });
});

describe('npm run docs:check', () => {
  it('fails on an excerpt that the source has left behind', () => {
    write('README.md', filled('\n\n```ts src/shapes.ts#area\n```\n'));
    rmSync(join(folder, 'docs/a.md'));
    write('src/shapes.ts', SOURCE.replace('side ** 2', 'side * side'));
    expect(check()).toEqual({
      status: 1,
      problems: [
        'README.md:3: the excerpt is not as src/shapes.ts#area is; `npm run excerpts` writes it anew',
      ],
    });
  });
});
