import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  CHECKPOINT_KEYS,
  MODEL_ARGS,
  RELEASED_COMMIT,
  TRAIN_FLAGS,
} from '../../../src/training/released/interface.js';
import { TO_CKPT_PY } from '../../../src/training/released/node/to-ckpt.js';

const document = readFileSync('docs/scale-out.md', 'utf8');
const trainer = readFileSync('test/helpers/released/train.py', 'utf8');

/** What Python calls the type of a literal. */
function typeOf(literal: string): string {
  if (/^(True|False)$/.test(literal)) return 'bool';
  if (literal.startsWith('"')) return 'str';
  return /^\d+$/.test(literal) ? 'int' : 'float';
}

describe('the names of the released code', () => {
  it('are the only ones that docs/scale-out.md has', () => {
    const flags = [...document.matchAll(/--([a-z]\w*)=/g)].map(([, name]) => name);
    expect(flags.length).toBeGreaterThan(3);
    expect(flags.filter((name) => !Object.hasOwn(TRAIN_FLAGS, name))).toEqual([]);
    const words = [...document.matchAll(/`([a-z]\w*_\w+)`/g)].map(([, name]) => name);
    const known = [...Object.keys(TRAIN_FLAGS), ...CHECKPOINT_KEYS, ...MODEL_ARGS];
    expect(words.length).toBeGreaterThan(5);
    expect(words.filter((name) => !known.includes(name))).toEqual([]);
    expect(document).toContain(`commit \`${RELEASED_COMMIT}\``);
  });

  it('are all that its checkpoint has', () => {
    const [, row] = document.match(/^\| `to_ckpt\.py` \|.*resumes: (.*) \|$/m) ?? [];
    expect([...row.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(CHECKPOINT_KEYS);
    const [, entries] = TO_CKPT_PY.match(/^checkpoint = \{\n([\s\S]*?)^\}/m) ?? [];
    expect([...entries.matchAll(/^ {4}"(\w+)":/gm)].map(([, name]) => name)).toEqual(CHECKPOINT_KEYS);
  });

  it('are the options of the trainer that stands for it in tests', () => {
    const [, options] = trainer.match(/# options\n([\s\S]*?)# end of options/) ?? [];
    const types = [...options.matchAll(/^(\w+) = (.*)$/gm)].map(([, name, value]) => [name, typeOf(value)]);
    expect(Object.fromEntries(types)).toEqual(TRAIN_FLAGS);
  });
});
