import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spheregrad-docs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const SOURCE = {
  'package.json': JSON.stringify({ scripts: { bench: 'node bench.mjs', 'test:long': 'vitest' } }),
  'src/tensor/unit.ts': "/** See `Kernels`. */\nexport const unit = 'results.json'; // the word unspoken\n",
  'src/tensor/kernels.ts': '/** Kernels. */\n\ninterface Kernels { evalIters: number }\n',
};

/** Runs the check on a tree of its own: the source above and what is given. */
function check(files: Record<string, string>): { status: number | null; problems: string[] } {
  for (const [name, text] of Object.entries({ ...SOURCE, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const { status, stderr } = spawnSync('node', ['scripts/check-docs.mjs', folder], { encoding: 'utf8' });
  return { status, problems: stderr.trim().split('\n').filter(Boolean) };
}

describe('check-docs', () => {
  it('fails on a chapter that takes too long to read, whatever code it has', () => {
    const chapter = (words: number) =>
      `# ${'word '.repeat(10)}\n\n${'word '.repeat(words - 12)}$a + b$\n\n$$\nc + d\n$$\n\n| a |\n|---|\n\n\`\`\`text\n${'x '.repeat(999)}\n\`\`\`\n`;
    const head =
      '/** A. Explained in docs/learn/01-long.md and docs/learn/02-fits.md. */\nimport "./b.js";\n';
    const long = { 'docs/learn/01-long.md': chapter(2201), 'docs/long.md': chapter(9999), 'src/a.ts': head };
    expect(check({ ...long, 'docs/learn/02-fits.md': chapter(2200) }).problems).toEqual([
      'docs/learn/01-long.md: 2201 words, a chapter has 2200 at most; divide it or leave something out',
    ]);
  });

  it('passes documents that speak of what is there', () => {
    const text = `# The unit sphere & more
Read [this](src/tensor/unit.ts), [that](docs/more.md#a-heading-of-its-own), [below](#the-unit-sphere--more), and
[elsewhere](https://example.org). \`unit\`, \`unit(x)\`, \`Kernels.evalIters\`, \`tensor/unit.ts\`, \`src/tensor/\`,
\`results.json\`, \`learn/mine/01-a.ts\`, \`a + b\`, \`npm run bench -- --eval-iters 3\`.

| a table | with \`unit\` |
|---|---|
| [link](docs/more.md) | \`npm run test:long\` |

\`\`\`sh
npm run bench -- --no-eval-iters
\`\`\`
`;
    expect(check({ 'README.md': text, 'docs/more.md': '## A heading of its own\n' })).toEqual({
      status: 0,
      problems: [],
    });
  });

  // All in one run, each in a document of its own.
  it('fails on what is not there, which it names with its place', () => {
    const wrong = [
      ['[x](src/tensor/gone.ts)', 'the link to src/tensor/gone.ts leads nowhere'],
      ['| a |\n|---|\n| ![x](docs/gone.svg) |', 'the link to docs/gone.svg leads nowhere'],
      ['[x](#no-heading)', 'doc-12.md has no heading #no-heading'],
      ['`src/tensor/gone.ts`', 'there is no file `src/tensor/gone.ts`'],
      ['`ops/unit.ts`', 'there is no file `ops/unit.ts`'],
      ['`nowhere`', 'nothing in the source is called `nowhere`'],
      ['`Kernels.nowhere(x)`', 'nothing in the source is called `nowhere`'],
      ['`unspoken`', 'nothing in the source is called `unspoken`'],
      ['`npm run gone`', 'package.json has no script `gone`'],
      ['```sh\nnpm run --silent gone\n```', 'package.json has no script `gone`'],
      ['`ngpt train --gone-too 3`', 'nothing takes an option `--gone-too`'],
      ['```sh\nngpt train --gone-too\n```', 'nothing takes an option `--gone-too`'],
    ];
    const nameOf = (i: number) => `doc-${i + 10}.md`;
    const { status, problems } = check(
      Object.fromEntries(wrong.map(([text], i) => [nameOf(i), `\n${text}\n`])),
    );
    expect(status).toBe(1);
    expect(problems).toHaveLength(wrong.length);
    for (const [i, [text, problem]] of wrong.entries()) {
      const found = problems.filter((each) => each.startsWith(`${nameOf(i)}:`));
      expect(found, text).toEqual([expect.stringMatching(/^doc-\d+\.md:\d+: /)]);
      expect(found[0]).toContain(problem);
    }
  });

  it('fails on comments that speak of what is not there', () => {
    const wrong = [
      '/** Calls `gone`. */',
      '// Not `gone()`, ever',
      '/**\n * @param x - as in `src/gone.ts`\n */',
    ];
    const { status, problems } = check(
      Object.fromEntries(
        wrong.map((comment, i) => [`src/nn/${i}.ts`, `/** A. */\nexport const a = 1;\n${comment}\n`]),
      ),
    );
    expect(status).toBe(1);
    expect(problems.sort()).toEqual(
      wrong.map((_, i) => expect.stringMatching(new RegExp(`^src/nn/${i}\\.ts:[34]: .*gone`))),
    );
  });

  it('lets names of other programs pass that are listed, and wants the list short', () => {
    const foreign = JSON.stringify({ tidy: 'tfjs', '--grep': 'git', unnamed: 'nobody' });
    const { problems } = check({
      'README.md': 'As `tidy`, or `git log --grep unit`.',
      'scripts/foreign-names.json': foreign,
    });
    expect(problems).toEqual(['scripts/foreign-names.json lists `unnamed`, which no document names']);
  });
});
