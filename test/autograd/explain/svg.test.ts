import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createModel,
  explain,
  Generator,
  init,
  ones,
  scope,
  type Tensor,
  tensor,
} from '../../../src/index.js';
import { randomTokens, tinyConfig } from '../../helpers/models/models.js';

await init('reference');

interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (Element | string)[];
}

/** Characters that XML allows, and its five entities. */
const TEXT =
  /^(?:[\t\n\r\x20-\x25\x27-\x3b=\x3f-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}>]|&(?:amp|lt|gt|quot|apos);)*$/u;

/** As strict as XML is, for the parts of it that a drawing needs. @throws where it is not well-formed. */
function parseXML(xml: string): Element {
  const open: Element[] = [{ name: '', attributes: new Map(), children: [] }];
  const tokens = /<\/([a-z]+)>|<([a-z]+)((?: [a-zA-Z-]+="[^"<]*")*)(\/?)>|[^<]+/gy;
  let end = 0;
  for (const [token, closed, opened, attributes, isEmpty] of xml.matchAll(tokens)) {
    end += token.length;
    const inside = open[open.length - 1];
    if (closed !== undefined) {
      if (open.pop()?.name !== closed) throw new Error(`</${closed}> closes <${inside.name}>`);
    } else if (opened !== undefined) {
      const pairs = [...attributes.matchAll(/ ([a-zA-Z-]+)="([^"]*)"/g)].map(([, name, value]) => {
        if (!TEXT.test(value)) throw new Error(`bad value ${value}`);
        return [name, unescaped(value)] as const;
      });
      const element: Element = { name: opened, attributes: new Map(pairs), children: [] };
      if (element.attributes.size !== pairs.length) throw new Error(`an attribute twice: ${token}`);
      inside.children.push(element);
      if (isEmpty === '') open.push(element);
    } else if (TEXT.test(token)) inside.children.push(unescaped(token));
    else throw new Error(`bad text ${token}`);
  }
  if (end !== xml.length) throw new Error(`no XML: ${xml.slice(end, end + 80)}`);
  if (open.length !== 1) throw new Error(`<${open[open.length - 1].name}> stays open`);
  const [root, ...others] = open[0].children;
  if (typeof root === 'string' || others.length > 0) throw new Error('more than one root');
  return root;
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function elements(root: Element, name: string): Element[] {
  const inside = root.children.flatMap((child) => (typeof child === 'string' ? [] : elements(child, name)));
  return root.name === name ? [root, ...inside] : inside;
}

const textOf = ({ children }: Element) => children.filter((child) => typeof child === 'string').join('');
const classes = (root: Element) => elements(root, 'g').map(({ attributes }) => attributes.get('class'));
const lines = (group: Element) => elements(group, 'text').map(textOf);

const made: Tensor[] = [];
afterAll(() => {
  for (const x of made) x.dispose();
});

function drawn(f: (x: Tensor, w: Tensor) => Tensor, name = 'w') {
  return scope(() => {
    const [x, w] = [tensor([1, 2]), ones([2]).setRequiresGrad()];
    const y = f(x, w);
    return { y: y.alias(), svg: explain(y, [[name, w]]).toSVG() };
  });
}

describe('toSVG', () => {
  it('draws a box for every node and constant, and an arrow for every input', () => {
    const { y, svg } = drawn((x, w) => w.mul(w).add(x).sum());
    made.push(y);
    const root = parseXML(svg);
    expect(root.name).toBe('svg');
    expect(root.attributes.get('xmlns')).toBe('http://www.w3.org/2000/svg');
    expect(classes(root)).toEqual(['leaf', 'op', 'constant', 'op', 'op']);
    expect(elements(root, 'g').map(lines)).toEqual([
      ['w', '[2]'],
      ['#2 mul', '[2]', 'keeps 8 B'],
      ['constant', '[2]'],
      ['#3 add', '[2]'],
      ['#4 sum', 'axes [0]', '[]'],
    ]);
    const arrows = elements(root, 'path').filter(({ attributes }) => attributes.has('marker-end'));
    expect(arrows.map(({ attributes }) => attributes.get('class'))).toEqual([
      undefined,
      undefined,
      undefined,
      'no-gradient',
      undefined,
    ]);
    expect(textOf(elements(root, 'text')[0])).toBe(
      '3 ops on 1 leaf, keeps 8 B in 1 buffer (of which 8 B are leaves)',
    );
  });

  it('tells the rest in tooltips', () => {
    const { y, svg } = drawn((_, w) => w.exp().square());
    made.push(y);
    const tips = elements(parseXML(svg), 'title').map(textOf);
    expect(tips).toEqual([
      '#1 leaf w\n[2]',
      '#2 exp\n[2]\nkeeps: output: 8 B',
      '#3 square\n[2]\nkeeps: #2: kept by #2',
    ]);
    expect(elements(parseXML(svg), 'g').map(lines)[2]).toEqual(['#3 square', '[2]', 'shares #2']);
  });

  it('marks what was freed', () => {
    const { y } = drawn((_, w) => w.exp().neg().sum());
    y.backward();
    const root = parseXML(explain(y).toSVG());
    expect(classes(root)).toEqual(['leaf', 'op freed', 'op', 'op']);
    expect(lines(elements(root, 'g')[1])).toEqual(['#2 exp', '[2]', 'freed']);
    y.dispose();
  });

  it('colours what keeps most strongest', () => {
    const { y, svg } = drawn((x, w) => w.broadcastTo([9, 2]).exp().sum(0).mul(x).neg());
    made.push(y);
    const fills = elements(parseXML(svg), 'rect').map(({ attributes }) => attributes.get('style'));
    expect(fills).toEqual([
      ...[undefined, undefined, undefined],
      'fill:hsl(36 95% 70%)',
      ...[undefined, undefined],
      expect.stringMatching(/^fill:hsl\(36 95% (7[1-9]|8\d)%\)$/),
      undefined,
    ]);
  });

  it('is well-formed whatever names hold, and shows them', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        '<script>alert(1)</script>',
        ']]>',
        '&amp;',
        '"\'',
        '\u0000\u001f',
        '\ud800',
        '😀'.repeat(40),
      ),
    );
    fc.assert(
      fc.property(hostile, (name) => {
        const { y, svg } = drawn((_, w) => w.neg(), name);
        const [leaf] = elements(parseXML(svg), 'g');
        expect(classes(parseXML(svg))).toEqual(['leaf', 'op']);
        if (/^[\x20-\x7e]{1,32}$/.test(name)) expect(lines(leaf)[0]).toBe(name);
        const text = explain(y, [[name, y]]).toString();
        expect(text.split('\n')).toHaveLength(4);
        y.dispose();
      }),
    );
  });

  it('draws every box within the picture, of a whole model too', () => {
    const generator = new Generator(1);
    const config = tinyConfig({ nLayer: 3 });
    const model = createModel(config, generator);
    const loss = scope(() => model.loss(randomTokens(config, generator), randomTokens(config, generator)));
    const explained = explain(loss, model.namedParameters());
    const root = parseXML(explained.toSVG());
    const number = (element: Element, name: string) => Number(element.attributes.get(name));
    const drawnNodes = classes(root).filter((kind) => kind !== 'constant');
    expect(drawnNodes).toHaveLength(explained.nodes.length);
    for (const box of elements(root, 'rect').slice(1)) {
      expect(number(box, 'x')).toBeGreaterThan(0);
      expect(number(box, 'x') + number(box, 'width')).toBeLessThan(number(root, 'width'));
      expect(number(box, 'y')).toBeGreaterThan(60);
      expect(number(box, 'y') + number(box, 'height')).toBeLessThan(number(root, 'height'));
    }
    loss.dispose();
    model.dispose();
  });

  it('says so where there is no graph', () => {
    const x = tensor([1]);
    const root = parseXML(explain(x).toSVG());
    expect(textOf(elements(root, 'text')[0])).toMatch(/^no graph/);
    expect(classes(root)).toEqual([]);
    x.dispose();
  });
});
