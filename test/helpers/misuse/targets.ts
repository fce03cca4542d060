/** The entries of a table as single calls: each function, constructor, method and property. */
import type { ClassSpec, Exempt, FunctionSpec, MethodSpec, Namespace, Recipe } from './spec.js';
import type { World } from './world.js';

/** Something to call. */
export interface Target {
  readonly name: string;
  readonly args: readonly Recipe[];
  /** Even right arguments are: they name a file that is not there. */
  readonly isRefused?: true;
  /** Makes what it is a method of, and the rest of what has to be there first. */
  prepare(world: World): (...args: unknown[]) => unknown;
}

type AnyClass = new (...args: unknown[]) => object;
type AnyFunction = (...args: unknown[]) => unknown;
type AnyClassSpec = ClassSpec<object, unknown>;
type Methods = Readonly<Record<string, MethodSpec>>;

/** What can be called of a door. */
export function targetsOf(door: object, table: object, prefix = ''): Target[] {
  return Object.entries(table).flatMap(([name, spec]) => {
    const value: unknown = Reflect.get(door, name);
    const full = prefix + name;
    if ('constant' in spec || 'exempt' in spec) return [];
    if ('inside' in spec) return targetsOf(value as object, (spec as Namespace<unknown>).inside, `${full}.`);
    if ('methods' in spec) return classTargets(full, value as AnyClass, spec);
    return functionTargets(full, value as AnyFunction, spec);
  });
}

/** Of every entry that is not called, the name and the reason. */
export function exemptions(table: object): string[] {
  return Object.entries(table).flatMap(([name, spec]) => {
    if ('exempt' in spec) return [`${name}: ${(spec as Exempt).exempt}`];
    const inner = 'methods' in spec ? (spec.methods as Methods) : 'inside' in spec ? spec.inside : null;
    return inner === null ? [] : exemptions(inner).map((line) => `${name}.${line}`);
  });
}

function functionTargets(name: string, f: AnyFunction, { args, then, isRefused }: FunctionSpec): Target[] {
  const itself: Target = { name, args, prepare: () => f, ...(isRefused ? { isRefused } : {}) };
  if (then === undefined) return [itself];
  const returned: Target = {
    name: `${name}()`,
    args: then,
    prepare: (world) => f(...made(world, args)) as AnyFunction,
  };
  return [itself, returned];
}

function classTargets(name: string, type: AnyClass, spec: AnyClassSpec): Target[] {
  const { args, make, on = {}, methods, statics = {}, sets = {} } = spec;
  const holder = (world: World): object => {
    const instance = make === undefined ? new type(...made(world, args ?? [])) : make(world);
    return world.own(instance as object);
  };
  const holderOf = (world: World, key: string): object =>
    Object.hasOwn(on, key) ? ((Reflect.get(on, key) as Recipe)(world) as object) : holder(world);
  const method = (key: string, methodArgs: readonly Recipe[]): Target => ({
    name: `${name}.${key}`,
    args: methodArgs,
    prepare: (world) => {
      const instance = holderOf(world, key);
      return (...given) => (Reflect.get(instance, key) as AnyFunction).apply(instance, given);
    },
  });
  const setter = (key: string, right: Recipe): Target => ({
    name: `${name}.${key} =`,
    args: [right],
    prepare: (world) => {
      const instance = holderOf(world, key);
      // As an assignment in a module does.
      return (...given) => Object.assign(instance, { [key]: given[0] });
    },
  });
  return [
    ...(args === null || make !== undefined
      ? []
      : [
          {
            name: `new ${name}`,
            args,
            prepare:
              () =>
              (...given: unknown[]) =>
                new type(...given),
          },
        ]),
    ...Object.entries(methods as Methods).flatMap(([key, item]) =>
      'exempt' in item ? [] : [method(key, item)],
    ),
    ...Object.entries(statics as Methods).flatMap(([key, item]) =>
      'exempt' in item
        ? []
        : [
            {
              name: `${name}.${key}`,
              args: item,
              prepare: () => (Reflect.get(type, key) as AnyFunction).bind(type),
            },
          ],
    ),
    ...Object.entries(sets).map(([key, right]) => setter(key, right as Recipe)),
  ];
}

export function made(world: World, recipes: readonly Recipe[]): unknown[] {
  return recipes.map((recipe) => recipe(world));
}
