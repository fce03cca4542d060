/** The right arguments that many calls share. */
import type { DType, Shape, Tensor } from '../../../src/index.js';
import type { Recipe } from './spec.js';
import { theirs } from './values.js';
import type { World } from './world.js';

/** Always the same; a callback throws errors that can be told from those of the library. */
export function value(right: unknown): Recipe {
  const same = typeof right === 'function' ? theirs(right as (...args: never[]) => unknown) : right;
  return () => same;
}

/** One of several. */
export function oneOf(...choices: readonly unknown[]): Recipe {
  return ({ draw }) => draw.pick(...choices);
}

/** Now and then nothing in its place. */
export function maybe(recipe: Recipe, nothing: null | undefined = undefined): Recipe {
  return (world) => (world.draw.integer(0, 1) === 0 ? nothing : recipe(world));
}

export function floats(...shape: Shape): Recipe {
  return (world) => world.tensor(shape);
}

/** One that gradients flow into. */
export function leaf(...shape: Shape): Recipe {
  return (world) => world.tensor(shape).setRequiresGrad();
}

export function integers(shape: Shape, limit = 3): Recipe {
  return (world) => world.integers(shape, limit);
}

export function parameter(...shape: Shape): Recipe {
  return (world) => world.parameter(shape);
}

export function listOf(...items: readonly Recipe[]): Recipe {
  return (world) => items.map((item) => item(world));
}

/** An object of options, each of which may be missing but for those that are `required`. */
export function options(known: Readonly<Record<string, Recipe>>, required: readonly string[] = []): Recipe {
  return (world) =>
    Object.fromEntries(
      Object.entries(known).flatMap(([name, recipe]) =>
        required.includes(name) || world.draw.integer(0, 2) > 0 ? [[name, recipe(world)]] : [],
      ),
    );
}

/** An object with all of them. */
export function record(known: Readonly<Record<string, Recipe>>): Recipe {
  return options(known, Object.keys(known));
}

/** A callback that says no after a while: to end what would go on for ever, as the number of tokens that nobody meant. */
export const forAWhile: Recipe = () => {
  let left = 20;
  return theirs(() => left-- > 0);
};

export const float = floats(2, 3);
export const vector = floats(3);
export const numeric: Recipe = (world) => (world.draw.integer(0, 1) === 0 ? 2 : world.tensor([3]));
export const flag = oneOf(true, false);
export const axis = oneOf(0, 1, -1);
export const axes = oneOf(undefined, 0, [0, 1], [-1]);
export const shape = oneOf([2, 3], [6], [], [0, 2]);
export const dtype = oneOf('float32', 'int32') satisfies (world: World) => unknown;
export const generator: Recipe = (world) => world.generator();
export const config: Recipe = (world) => world.config();
export const model: Recipe = (world) => world.model();
export const tokens = integers([1, 4]);
export const place = options({
  dtype: value('float32' satisfies DType),
  backend: (world) => world.backend(),
});
export const ofTensors = (f: (...xs: Tensor[]) => unknown): Recipe => value(f);
export const square = ofTensors((x) => x.square());
export const total = ofTensors((...xs) => xs.reduce((sum, x) => sum.add(x.square().sum()), xs[0].sum()));
