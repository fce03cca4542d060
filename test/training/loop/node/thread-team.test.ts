/** Members of a team side by side in one thread: whoever waits lets the others run. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createSharedMemory,
  currentBackend,
  init,
  liveBuffers,
  scope,
  tensor,
} from '../../../../src/index.js';
import { Adam, type NamedParameter, Parameter } from '../../../../src/nn/index.js';
import { ThreadTeam, teamMemory } from '../../../../src/training/loop/node/thread-team.js';
import { ownParameters, type Task } from '../../../../src/training/loop/team.js';
import { expectClose } from '../../../helpers/values/close.js';
import { absolute, ofLargest } from '../../../helpers/values/tolerance.js';

const WAYS = {
  'in shared memory': () => init('wasm', { memory: createSharedMemory() }),
  'by copies': () => init('wasm'),
  'by copies of doubles': () => init('reference', { dtype: 'float64' }),
} as const;

const value = fc.double({ min: -10, max: 10, noNaN: true });
/** Values of a parameter of some size, for its replicas, their gradients, and what each makes of it in the end. */
const cases = fc
  .tuple(
    fc.integer({ min: 2, max: 3 }),
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
  )
  .chain(([members, sizes]) =>
    fc.record({
      members: fc.constant(members),
      gradients: fc.tuple(
        ...Array.from({ length: members }, () =>
          fc.tuple(...sizes.map((size) => fc.array(value, { minLength: size, maxLength: size }))),
        ),
      ),
    }),
  );

interface Replica {
  readonly named: NamedParameter[];
  readonly team: ThreadTeam;
  readonly optimizer: Adam;
}

/** A replica for each member, its values twice those of the one before. */
function replicas(gradients: readonly (readonly number[])[][]): Replica[] {
  const models = gradients.map((own, member) =>
    own.map((values, i): NamedParameter => {
      const start = values.map((_, k) => (i + k) * 2 ** member);
      return [`p${i}`, Parameter.from(() => tensor(start))];
    }),
  );
  const optimizers = models.map((named) => new Adam(named, { learningRate: 0.1 }));
  const { shared } = currentBackend();
  const memories = shared ? gradients.map(() => shared.memory) : null;
  const memory = teamMemory(gradients.length, optimizers[0], memories);
  return models.map((named, member) => {
    scope(() => {
      for (const [i, [, parameter]] of named.entries()) parameter.grad = tensor([...gradients[member][i]]);
    });
    const optimizer = optimizers[member];
    return { named, optimizer, team: new ThreadTeam(memory, member, optimizer) };
  });
}

/** What `f` returns for each member. */
function all<T>(
  teams: readonly Replica[],
  f: (replica: Replica, member: number) => Promise<T>,
): Promise<T[]> {
  return Promise.all(teams.map(f));
}

function free(members: readonly Replica[]): void {
  for (const { named, optimizer } of members) {
    optimizer.dispose();
    for (const [, parameter] of named) parameter.dispose();
  }
}

describe.each(Object.entries(WAYS))('ThreadTeam %s', (_, start) => {
  beforeEach(async () => {
    await start();
  });

  it('sums gradients, clips them all together, and brings every parameter from its owner to all', async () => {
    await fc.assert(
      fc.asyncProperty(
        cases,
        fc.option(fc.double({ min: 0.1, max: 50, noNaN: true })),
        async (given, maxNorm) => {
          const { members, gradients } = given;
          const team = replicas(gradients);
          const sums = gradients[0].map((_, i) =>
            gradients[0][i].map((_, k) => gradients.reduce((sum, own) => sum + own[i][k], 0)),
          );

          const losses = await all(team, ({ team }, member) => team.sumGradients(member + 1));
          expect(losses).toEqual(losses.map(() => (members * (members + 1)) / 2));
          const scales = await all(
            team,
            async ({ team }) => (await team.clipScale(maxNorm))?.takeItem() ?? null,
          );
          const norm = Math.hypot(...sums.flat());
          for (const scale of scales) {
            if (maxNorm === null) expect(scale).toBeNull();
            else expectClose([scale!], [Math.min(1, maxNorm / (norm + 1e-6))], ofLargest(1e-5, 1e-6));
          }

          const owned = team.map(({ optimizer, team }) => ownParameters(optimizer, team));
          for (const [member, { named }] of team.entries()) {
            for (const [i, [, parameter]] of named.entries()) {
              if (!owned[member].has(parameter)) expect(parameter.grad).toBeNull();
              else expectClose(await parameter.grad!.data(), sums[i], absolute(1e-5));
            }
          }

          await all(team, ({ team }) => team.shareParameters());
          for (const { named } of team) {
            for (const [i, [, parameter]] of named.entries()) {
              const owner = owned.findIndex((own) => [...own].includes(team[owned.indexOf(own)].named[i][1]));
              expect([...(await parameter.data())]).toEqual(
                gradients[0][i].map((_, k) => (i + k) * 2 ** owner),
              );
            }
          }
          free(team);
        },
      ),
      { numRuns: 6 },
    );
  });

  it('sums the gradients of those who have one, and has none where nobody has', async () => {
    const team = replicas([
      [[1, 2], [3], [4, 5, 6]],
      [[1, 2], [3], [4, 5, 6]],
    ]);
    await all(team, ({ team }) => team.sumGradients(0));
    await all(team, ({ team }) => team.clipScale(null));
    const owned = team.map(({ optimizer, team }) => ownParameters(optimizer, team));
    // In the next step the first parameter has a gradient but where it is owned, the second where it is, the third nowhere.
    const next = team.map(({ named }, member) =>
      named.map(([, parameter], i) => {
        parameter.zeroGrad();
        const has = i < 2 && owned[member].has(parameter) === (i === 1);
        if (has) scope(() => (parameter.grad = tensor(Array(parameter.size).fill(7))));
        return parameter;
      }),
    );
    await all(team, ({ team }) => team.sumGradients(0));
    const sums = [0, 1, 2].map((i) => next.find((own, member) => owned[member].has(own[i]))![i].grad);
    expect(sums.map((sum) => sum && [...sum.dataSync()])).toEqual([[7, 7], [7], null]);
    free(team);
  });

  it('has the moments of all parameters from those who have them', async () => {
    const team = replicas([
      [[1, 2], [3], [4, 5, 6]],
      [[1, 2], [3], [4, 5, 6]],
    ]);
    await all(team, ({ team }) => team.sumGradients(0));
    await all(team, ({ team }) => team.clipScale(null));
    const before = liveBuffers();
    for (const { optimizer } of team) {
      optimizer.step();
      optimizer.zeroGrad();
    }
    // A sum of gradients goes, a parameter's two moments come.
    expect(liveBuffers()).toBe(before + 3);
    const [moments, none] = await all(team, ({ team }) => team.moments());
    expect(none.size).toBe(0);
    expect([...moments.keys()]).toEqual(['m/p0', 'm/p1', 'm/p2', 'v/p0', 'v/p1', 'v/p2']);
    for (const [i, gradient] of [[2, 4], [6], [8, 10, 12]].entries()) {
      expectClose(
        moments.get(`m/p${i}`)!.data,
        gradient.map((g) => 0.1 * g),
        ofLargest(1e-6, 0),
      );
      expectClose(
        moments.get(`v/p${i}`)!.data,
        gradient.map((g) => 0.05 * g * g),
        ofLargest(1e-5, 0),
      );
    }
    // Nobody has made those of the others.
    const held = team.map(
      ({ optimizer, team }) => optimizer.state(ownParameters(optimizer, team)).tensors.size,
    );
    expect(held.reduce((sum, count) => sum + count, 0)).toBe(6);
    free(team);
  });

  it('does what member 0 says, one thing after the other', async () => {
    const team = replicas([[[1]], [[1]], [[1]]]);
    const said: readonly Task[] = ['evaluate', 'save', 'step', 'evaluate'];
    const heard = await all(team, async ({ team }, member) => {
      const tasks: Task[] = [];
      for (const task of said) tasks.push(await team.next(member === 0 ? task : undefined));
      const answers = [await team.agree(member === 0), await team.agree(member !== 0)];
      const sums = [await team.sum(member), await team.sum(10 * member), await team.sum(1)];
      return { tasks, answers, sums };
    });
    for (const one of heard) expect(one).toEqual({ tasks: said, answers: [true, false], sums: [3, 30, 3] });
    free(team);
  });

  it('leaves out what has no gradient', async () => {
    const team = replicas([
      [[1], [2]],
      [[1], [2]],
    ]);
    for (const { named } of team) scope(() => named[1][1].zeroGrad());
    await all(team, ({ team }) => team.sumGradients(0));
    const grads = team.flatMap(({ named }) => named.map(([, parameter]) => parameter.grad));
    expect(grads.filter((grad) => grad === null)).toHaveLength(2);
    free(team);
  });
});
