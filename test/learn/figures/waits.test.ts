import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { exactBackend } from '../../../learn/figures/base/engine.js';
import { drawWaits } from '../../../learn/figures/waits/draw.js';
import {
  BARRIERS,
  loadOf,
  MEMBERS,
  type OwnedParameter,
  ownedParameters,
  sentence,
  stretchesOf,
  WAITS,
} from '../../../learn/figures/waits/step.js';
import { type Backend, init } from '../../../src/index.js';
import { ThreadTeam, teamMemory } from '../../../src/training/loop/node/thread-team.js';
import { trainStep } from '../../../src/training/loop/train-step.js';
import { dispose, freshState, smallSettings } from '../../helpers/models/training.js';

let backend: Backend;
let owned: OwnedParameter[];
beforeAll(async () => {
  backend = await exactBackend();
  owned = ownedParameters(backend);
});

it('says of each wait what the table of the chapter says', () => {
  const chapter = new URL('../../../docs/learn/13-threads-and-gpu.md', import.meta.url);
  const rows = [
    ...readFileSync(chapter, 'utf8').matchAll(/^\| (\d) \| `(\w+)` \| (.*) \| (.*) \| (.*) \|$/gm),
  ];
  expect(rows.map(([, , method, before, after, protects]) => ({ method, before, after, protects }))).toEqual(
    WAITS,
  );
  rows.forEach(([, number, method, before, after, protects]) => {
    const said = sentence({ owned, late: 0, step: Number(number) });
    for (const words of [method, before, after, protects]) expect(said).toContain(words);
  });
});

it('has the waits that a step of a team makes, one in each method', async () => {
  await init('wasm');
  const settings = smallSettings();
  const made: string[] = [];
  const state = freshState(settings);
  const memory = teamMemory(1, state.optimizer, null);
  // Its second word counts the rounds that are over.
  const rounds = () => new Int32Array(memory.barrier)[1];
  const team = new Proxy(new ThreadTeam(memory, 0, state.optimizer), {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        const before = rounds();
        const result: unknown = await value.apply(target, args);
        for (let i = before; i < rounds(); i++) made.push(String(key));
        return result;
      };
    },
  });
  await team.next('step');
  await trainStep(state, settings, () => 0.01, team);
  expect(made).toEqual(WAITS.map(({ method }) => method));
  dispose(state);
});

it('hands out all parameters as a team does, and leaves nothing behind', () => {
  const before = backend.memory().buffers;
  const again = ownedParameters(backend);
  expect(backend.memory().buffers).toBe(before);
  expect(again).toEqual(owned);
  const loads = MEMBERS.map((member) => loadOf(owned, member));
  expect(loads.reduce((sum, load) => sum + load, 0)).toBe(owned.reduce((sum, { size }) => sum + size, 0));
  // The largest come first, so that what is left at the end is small.
  expect(Math.max(...loads) - Math.min(...loads)).toBeLessThan(0.01 * Math.max(...loads));
});

describe.each(MEMBERS)('a step in which member %d is always late', (late) => {
  it('lets the others wait for it, and nobody through before all are there', () => {
    const stretches = stretchesOf(late);
    for (const member of MEMBERS) {
      const own = stretches.filter((each) => each.member === member);
      // Without gaps, from wait to wait.
      own.forEach(({ from, to }, i) => {
        expect(from).toBeCloseTo(own[i - 1]?.to ?? 0, 10);
        expect(to).toBeGreaterThan(from);
      });
      BARRIERS.forEach((time, section) => {
        const inside = own.filter((each) => each.section === section);
        expect(inside.at(-1)?.to).toBeCloseTo(time, 10);
        expect(inside.filter(({ work }) => work === 'wait').length).toBe(member === late ? 0 : 1);
      });
    }
  });

  it('is drawn at every wait, with its owners, within the narrowest page', () => {
    for (let step = 0; step <= WAITS.length; step++) {
      const { body, says, width } = drawWaits({ owned, late, step }, 280);
      expect(width).toBe(280);
      expect(body).not.toMatch(/NaN|undefined/);
      for (const member of MEMBERS)
        expect(body).toContain(`>${loadOf(owned, member).toLocaleString('en-US')}<`);
      expect(says).toMatch(/wait for member \d\..* drawn, not measured\.$/);
      expect(says).toContain(`wait for member ${late}.`);
      if (step > 0) expect(body).toContain(`>${WAITS[step - 1].method}<`);
    }
  });
});
