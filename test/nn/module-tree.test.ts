import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { createModel } from '../../src/ngpt/index.js';
import { Dropout, Linear, Module, Parameter } from '../../src/nn/index.js';
import { Generator, init, liveBuffers, ones, type Tensor, tensor } from '../../src/tensor/index.js';
import { tinyConfig } from '../helpers/models/models.js';

await init('wasm');
const made: Module[] = [];
afterAll(() => {
  for (const module of made) module.dispose();
});

/** A module of what is given, in order. */
class Tree extends Module {
  constructor(children: readonly (readonly [name: string, child: Module | Tensor])[]) {
    super();
    for (const [name, child] of children) this.register(name, child);
    made.push(this);
  }
}

const generator = new Generator(1);
const linear = () => new Linear(2, 3, generator, { bias: true });
const parameter = (...shape: number[]) => Parameter.from(() => ones(shape));

describe('a module prints', () => {
  it('its class and parameters on one line, where that is all', () => {
    const layer = linear();
    expect(String(layer)).toBe('Linear(weight: [3, 2], bias: [3]), 9 parameters');
    expect(String(new Dropout(0.5, generator))).toBe('Dropout(), 0 parameters');
    expect(String(new Tree([['large', parameter(1000, 2)]]))).toBe(
      'Tree(large: [1000, 2]), 2,000 parameters',
    );
    layer.dispose();
    expect(String(layer)).toBe('Linear(weight: [3, 2] disposed, bias: [3] disposed), 9 parameters');
  });

  it('its parameters on a line each, where they are many', () => {
    const names = ['weight', 'bias', 'scale', 'shift'];
    const model = new Tree(names.map((name) => [name, parameter(1000, 20)] as const));
    const lines = names.map((name) => `  ${name}: [1000, 20]\n`).join('');
    expect(String(model)).toBe(`Tree(\n${lines}), 80,000 parameters`);
  });

  it('the tree below it, with blocks that are alike in one', () => {
    const block = () =>
      new Tree([
        ['', linear()],
        ['alpha', parameter(2)],
      ]);
    const model = new Tree([
      ['table', tensor(Int32Array.of(1, 2))],
      ...[0, 1, 2].map((i) => [`h.${i}`, block()] as const),
      ['h.4', block()],
      ['head', linear()],
      ['s.1', parameter(2)],
      ['s.2', parameter(2)],
      ['s.3', parameter(3)],
    ]);
    expect(String(model)).toBe(`Tree(
  table: [2] int32 buffer
  (h.0-2): 3 × Tree(
    Linear(weight: [3, 2], bias: [3])
    alpha: [2]
  )
  (h.4): Tree(
    Linear(weight: [3, 2], bias: [3])
    alpha: [2]
  )
  (head): Linear(weight: [3, 2], bias: [3])
  s.1-2: 2 × [2]
  s.3: [3]
), 60 parameters`);
  });

  it('what is shared under its first name, and counts it once', () => {
    const shared = linear();
    const model = new Tree([
      ['a', shared],
      ['b', new Tree([['c', shared]])],
      ['weight', shared.weight],
    ]);
    expect(String(model)).toBe(`Tree(
  (a): Linear(weight: [3, 2], bias: [3])
  (b): Tree(
    (c): Linear(weight: [3, 2] = a.weight, bias: [3] = a.bias)
  )
  weight: [3, 2] = a.weight
), 9 parameters`);
  });

  it('even what cannot be saved, for two parameters of one name', () => {
    const model = new Tree([
      ['', linear()],
      ['weight', parameter(1)],
    ]);
    expect(() => model.parameterCount()).toThrow(/two parameters/);
    expect(String(model)).toContain('weight: [1]\n), 10 parameters');
  });

  it.each(['ngpt', 'gpt'] as const)('all of a language model (%s), and leaves nothing behind', (arch) => {
    const model = createModel(tinyConfig({ arch }), generator);
    made.push(model);
    const before = liveBuffers();
    const text = String(model);
    expect(liveBuffers()).toBe(before);
    expect(text).toContain('(transformer.h.0-1): 2 × ');
    expect(text).toMatch(new RegExp(`\\), ${model.parameterCount().toLocaleString('en-US')} parameters$`));
    for (const [name, { shape }] of model.namedParameters()) {
      const own = name.replace(/^transformer\.h\.\d\./, '').split('.');
      expect(text).toContain(`${own.at(-1)}: [${shape.join(', ')}]`);
      if (own.length > 1) expect(text).toContain(own[0]);
    }
  });

  it("in Node's console and in JSON", () => {
    const model = new Tree([['a', linear()]]);
    expect(inspect(model)).toBe(String(model));
    expect(inspect({ in: { model } })).toBe(
      '{\n  in: {\n    model: Tree(\n      (a): Linear(weight: [3, 2], bias: [3])\n    ), 9 parameters\n  }\n}',
    );
    expect(inspect({ model }, { depth: 0 })).toBe('{ model: [Tree] }');
    expect(JSON.stringify(new Tree([['table', tensor([1])]]))).toBe('{"type":"Tree","parameters":{}}');
    expect(JSON.stringify(model)).toBe('{"type":"Tree","parameters":{"a.weight":[3,2],"a.bias":[3]}}');
  });
});

describe('a parameter prints', () => {
  it('as a tensor by its own name', () => {
    const weight = parameter(2);
    expect(String(weight)).toBe('Parameter([2], float32, requiresGrad) [1., 1.]');
    expect(String(weight.detach())).toBe('Tensor([2], float32) [1., 1.]');
    weight.dispose();
  });
});
