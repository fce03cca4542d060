import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { exactBackend } from '../../../learn/figures/base/engine.js';
import { LOCAL } from '../../../learn/figures/tape/derivatives.js';
import { drawTape } from '../../../learn/figures/tape/draw.js';
import { FUNCTIONS } from '../../../learn/figures/tape/functions.js';
import { ExpressionError, MOST_LETTERS, parse } from '../../../learn/figures/tape/parse.js';
import { type Recording, record } from '../../../learn/figures/tape/record.js';
import { lastStep, sentence } from '../../../learn/figures/tape/steps.js';
import { type Backend, grad, type Tensor, tensor, withBackend } from '../../../src/index.js';
import { expectClose } from '../../helpers/values/close.js';
import { absolute, EXACT } from '../../helpers/values/tolerance.js';

let backend: Backend;
beforeAll(async () => {
  backend = await exactBackend();
});

function leafGradient(recording: Recording, name: string): readonly number[] {
  const at = recording.nodes.findIndex((node) => node.op === null && node.name === name);
  return recording.gradients[at]?.values ?? [];
}

/** The same by the public door, in one go. */
function engineGradients(f: (...xs: Tensor[]) => Tensor, ...xs: (number | number[])[]): number[][] {
  return withBackend(backend, () => {
    const found = grad(f)(...xs.map((x) => tensor(x)));
    return found.map((g) => [...g.dataSync()]);
  });
}

const LIST = 'x = [0.5, 2]; ';

describe('a tape that is walked step by step', () => {
  it.each([
    ['x = 2; y = -3; x*y + tanh(x)', (x: Tensor, y: Tensor) => x.mul(y).add(x.tanh()), [2, -3]],
    ['x = 2; y = -3; a = x*y; b = tanh(a); c = a + b; c*b', nested, [2, -3]],
    ['x = [1, -2]; y = 0.5; sum(x*y + exp(y)*x*x)', spread, [[1, -2], 0.5]],
    ['x = 2; y = 3; x^3/y - 2*x', (x: Tensor, y: Tensor) => x.pow(3).div(y).sub(x.mul(2)), [2, 3]],
  ] as [string, (...xs: Tensor[]) => Tensor, (number | number[])[]][])(
    'has the gradients of the engine: %s',
    (source, f, inputs) => {
      const recording = record(source, backend);
      const [ofX, ofY] = engineGradients((...xs) => f(...xs).sum(), ...inputs);
      expectClose(leafGradient(recording, 'x'), ofX, EXACT);
      expectClose(leafGradient(recording, 'y'), ofY, EXACT);
    },
  );

  it('visits a node when all its readers have passed their gradients back', () => {
    const { nodes, backward } = record('a = x*y; b = tanh(a); c = a + b; c*b', backend);
    backward.forEach(({ node }, at) => {
      const later = backward.slice(at).flatMap(({ parts }) => parts);
      expect(later.filter(({ to }) => to === node)).toEqual([]);
    });
    expect(backward).toHaveLength(nodes.filter(({ op }) => op !== null).length);
  });

  it('leaves nothing behind', () => {
    const before = backend.memory().buffers;
    record('x*y + tanh(x)', backend);
    expect(() => record('x = [1, 2]; x @ [[1, 2]]', backend)).toThrow();
    expect(backend.memory().buffers).toBe(before);
  });

  it.each(Object.entries(FUNCTIONS))('records %s as one op', (name, { inputs }) => {
    const given =
      { matmul: 'x = [[1, 2]]; y = [[3], [4]]; ', unit: LIST, sum: LIST, max: LIST, softmax: LIST }[name] ??
      'x = 0.5; y = 1.5; ';
    const { forward, nodes } = record(`${given}${name}(${['x', 'y'].slice(0, inputs).join(', ')})`, backend);
    expect(forward.map((id) => nodes[id].op)).toEqual([name]);
  });

  it.each(Object.keys(LOCAL))('shows the derivative of %s as a calculus book has it', (name) => {
    const { inputs } = FUNCTIONS[name];
    const { nodes, root, backward } = record(
      `x = 0.7; y = 1.3; ${name}(${['x', 'y'].slice(0, inputs).join(', ')})`,
      backend,
    );
    const [y] = nodes[root].value.values;
    const [{ parts }] = backward;
    expect(parts).toHaveLength(LOCAL[name].length);
    parts.forEach(({ local, input }) => {
      expectClose(local.values, [LOCAL[name][input].of(y, 0.7, 1.3)], absolute(1e-12));
    });
  });
});

function nested(x: Tensor, y: Tensor): Tensor {
  const a = x.mul(y);
  const b = a.tanh();
  return a.add(b).mul(b);
}

function spread(x: Tensor, y: Tensor): Tensor {
  return x.mul(y).add(y.exp().mul(x).mul(x));
}

describe('the picture of a tape', () => {
  it('says each value when its op has run, each gradient when it has come, and never changes its size', () => {
    const recording = record('x = 2; y = -3; x*y + tanh(x)', backend);
    const steps = Array.from({ length: lastStep(recording) + 1 }, (_, step) => drawTape({ recording, step }));
    expect(new Set(steps.map(({ width, height }) => `${width} ${height}`)).size).toBe(1);
    expect(steps[0].body).not.toContain('= −6');
    expect(steps[1].body).toContain('= −6');
    expect(steps[3].body).toContain('= −5.036');
    expect(steps[4].body.match(/grad 1</g)).toHaveLength(1);
    expect(steps[4].body).not.toContain('× −3');
    const last = steps[steps.length - 1].body;
    for (const words of ['× −3', '× 2', '× 0.07065', 'grad −2.929', '−3 + 0.07065'])
      expect(last).toContain(words);
  });

  it('says each step in a sentence', () => {
    const recording = record('x = 2; y = -3; x*y + tanh(x)', backend);
    expect(sentence(recording, 0)).toContain('x = 2, y = −3');
    expect(sentence(recording, 1)).toContain('mul gives −6');
    expect(sentence(recording, 1)).toContain('keeps its inputs');
    const all = Array.from({ length: lastStep(recording) + 1 }, (_, step) => sentence(recording, step)).join(
      ' ',
    );
    expect(all).toContain('add up to −2.929');
    expect(all).toContain('which is 1 − y²');
    expect(sentence(recording, lastStep(recording))).toContain('x.grad = −2.929, y.grad = 2');
  });
});

describe('what is typed', () => {
  it('binds as in school', () => {
    expect(parse('2*x^2')).toEqual(parse('2*(x^2)'));
    expect(parse('-x^2')).toEqual(parse('-(x^2)'));
    expect(parse('a-b-c')).toEqual(parse('(a-b)-c'));
    expect(parse('a^b^c')).toEqual(parse('a^(b^c)'));
    expect(parse('a·b × c − d')).toEqual(parse('a*b*c - d'));
    expect(parse('x**2')).toEqual(parse('x^2'));
  });

  it.each([
    ['', 'Something is still to come'],
    ['x +', 'Something is still to come'],
    ['x y', 'is an operator missing'],
    ['(x', '‘)’ is missing'],
    ['x $ y', '‘$’ has no meaning here'],
    ['sin', 'sin is a function: write sin(x)'],
    ['sine(x)', 'sine is no function here'],
    ['pow(x)', 'pow takes 2 inputs, not 1'],
    ['1 + 2', 'nothing to differentiate'],
    ['[x]', 'A list holds numbers'],
    ['x = 1; x = 2; x', 'x is defined twice'],
    ['x = 1', '‘;’ is missing'],
    ['x = []; x', 'A list holds numbers'],
    ['1e999*x', 'too large a number'],
    ['x = [[1,2],[3]]; x', 'rows of equal length'],
    ['x = [1,2]; y = [1,2,3]; x + y', 'do not broadcast'],
    [`${'('.repeat(60)}x`, 'nested more than'],
    ['x'.repeat(MOST_LETTERS + 1), 'too long'],
    [Array(40).fill('x').join('*'), 'too many to draw'],
  ])('%s: is refused in plain words', (source, words) => {
    expect(() => record(source, backend)).toThrow(words);
  });

  const letters = fc.constantFrom(
    ...'xyab=;[](),+-*/^@ 12.3e−·'.split(''),
    'tanh(',
    'sum(',
    'unit(',
    '💥',
    '\u0000',
  );
  const typed = fc.oneof(
    fc.array(letters, { maxLength: 30 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );

  it('is drawn, or refused with a sentence, whatever it is', () => {
    const before = backend.memory().buffers;
    let drawn = 0;
    fc.assert(
      fc.property(typed, (source) => {
        let recording: Recording;
        try {
          recording = record(source, backend);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect(error instanceof ExpressionError || /Error$/.test((error as Error).constructor.name)).toBe(
            true,
          );
          expect(error).not.toBeInstanceOf(TypeError);
          expect(error).not.toBeInstanceOf(RangeError);
          return;
        }
        drawn++;
        for (let step = 0; step <= lastStep(recording); step++) drawTape({ recording, step });
      }),
      { numRuns: 1000 },
    );
    expect(drawn).toBeGreaterThan(0);
    expect(backend.memory().buffers).toBe(before);
  });

  it('has the gradients of the engine, whatever the expression', () => {
    fc.assert(
      fc.property(expression, ({ source, of }) => {
        let recording: Recording;
        try {
          recording = record(`x = 0.3; y = -0.7; x*y + ${source}`, backend);
        } catch (error) {
          expect((error as Error).message).toMatch(/too many to draw|longer than|nested more/);
          return;
        }
        const [ofX, ofY] = engineGradients((x, y) => x.mul(y).add(of(x, y)), 0.3, -0.7);
        expectClose(leafGradient(recording, 'x'), ofX, absolute(1e-12));
        expectClose(leafGradient(recording, 'y'), ofY, absolute(1e-12));
      }),
    );
  });
});

interface Drawn {
  readonly source: string;
  of(x: Tensor, y: Tensor): Tensor;
}

/** Expressions that are right, as they are typed and as the engine takes them. */
const { expression } = fc.letrec<{ expression: Drawn }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Drawn>(
      { source: 'x', of: (x) => x },
      { source: 'y', of: (_, y) => y },
      { source: '0.5', of: () => tensor(0.5) },
    ),
    fc.tuple(tie('expression'), fc.constantFrom('add', 'sub', 'mul'), tie('expression')).map(
      ([a, op, b]): Drawn => ({
        source: `(${a.source} ${{ add: '+', sub: '-', mul: '*' }[op]} ${b.source})`,
        of: (x, y) => a.of(x, y)[op as 'add'](b.of(x, y)),
      }),
    ),
    fc.tuple(fc.constantFrom('tanh', 'neg', 'square'), tie('expression')).map(
      ([op, a]): Drawn => ({
        source: op === 'neg' ? `-${a.source}` : `${op}(${a.source})`,
        of: (x, y) => a.of(x, y)[op as 'neg'](),
      }),
    ),
  ),
}));
