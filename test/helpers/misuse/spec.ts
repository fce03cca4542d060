/**
 * How each export is called rightly: tables keyed by the names of a door's exports, so that one without an entry does
 * not compile. What is thrown at it are these arguments with something spoilt, and anything else.
 */
import type { Module, Optimizer, Parameter, Tensor } from '../../../src/index.js';
import type { World } from './world.js';

/** Makes an argument, a fresh one each time, of things that the world knows. */
export type Recipe = (world: World) => unknown;

/** A function by its arguments. */
export interface FunctionSpec {
  readonly args: readonly Recipe[];
  /** Arguments of the function that it returns. */
  readonly then?: readonly Recipe[];
  /** The right arguments name a file that is not there. */
  readonly isRefused?: true;
}

/** Not called, and why. */
export interface Exempt {
  readonly exempt: string;
}

/** No function: there is nothing to call. */
export interface Constant {
  readonly constant: true;
}

type MethodNames<T> = {
  [K in keyof T]: K extends string ? (T[K] extends (...args: never[]) => unknown ? K : never) : never;
}[keyof T];

/** The base classes whose methods have an entry there, and none with their subclasses. */
type BaseOf<T> = T extends Module
  ? Module
  : T extends Optimizer
    ? Optimizer
    : T extends Parameter
      ? Parameter
      : T extends Tensor
        ? Tensor
        : unknown;

/** Those of `T` but not of its base; of a base itself those of its own. */
type OwnNames<T> =
  BaseOf<T> extends T
    ? T extends Parameter
      ? Exclude<MethodNames<T>, keyof Tensor>
      : MethodNames<T>
    : Exclude<MethodNames<T>, keyof BaseOf<T>>;

export type MethodSpec = readonly Recipe[] | Exempt;

/** A class by the arguments of its constructor and its methods. */
export interface ClassSpec<T, Class> {
  /** Null where nobody but the library constructs it. */
  readonly args: readonly Recipe[] | null;
  /** In place of the constructor, for one that is abstract, or private. */
  readonly make?: Recipe;
  /** What single methods and properties want in its place. */
  readonly on?: { readonly [K in keyof T]?: Recipe };
  readonly methods: { readonly [K in OwnNames<T>]: MethodSpec };
  readonly statics?: {
    readonly [K in Exclude<MethodNames<Class>, 'prototype'>]: MethodSpec;
  };
  /** Properties that may be assigned, with a right value of each. */
  readonly sets?: { readonly [K in keyof T]?: Recipe };
}

export interface Namespace<Inner> {
  readonly inside: Table<Inner>;
}

type SpecOf<V> = V extends abstract new (
  ...args: never
) => infer T
  ? ClassSpec<T, V> | Constant
  : V extends (...args: never) => unknown
    ? FunctionSpec | Exempt
    : Constant | Namespace<V>;

/** An entry for every export of a door. */
export type Table<Door> = { readonly [K in keyof Door]: SpecOf<Door[K]> };

/** Entries for some. */
export type Entries<Door> = { readonly [K in keyof Door]?: SpecOf<Door[K]> };

export const CONSTANT: Constant = { constant: true };

export function call(...args: readonly Recipe[]): FunctionSpec {
  return { args };
}

/** `f(...args)(...then)` */
export function returning(args: readonly Recipe[], ...then: readonly Recipe[]): FunctionSpec {
  return { args, then };
}

/** For what reads a file: the right arguments name one that is not there. */
export function refused(...args: readonly Recipe[]): FunctionSpec {
  return { args, isRefused: true };
}
