/** What the page says of an entry of a setup: a panel of controls, links and checks read it from one table. */
import { type Check, oneOf } from '../../src/ngpt/config/option.js';

/** Whom an entry is about: the panel has a part for each. */
export type Group = 'data' | 'run' | 'both models' | 'nGPT' | 'GPT' | 'machine';

/** A line of the repository, by words that stand in it and in no other line of the file. */
export interface Source {
  readonly file: string;
  readonly words: string;
}

/** A number: a slider goes through the usual ones, and a field beside it takes any that the check admits. */
export interface NumberControl {
  readonly kind: 'number';
  readonly usual: readonly number[];
}

/** One of several words, each with what the page calls it. */
export interface ChoiceControl<T extends string> {
  readonly kind: 'choice';
  readonly choices: { readonly [C in T]: string };
}

export interface SwitchControl {
  readonly kind: 'switch';
}

/** Nothing to choose: it follows from elsewhere. */
export interface NoControl {
  readonly kind: 'none';
}

/** How a value is chosen. */
export type Control = NumberControl | ChoiceControl<string> | SwitchControl | NoControl;

/** How a value of that type is. */
export type ControlOf<T> = [T] extends [boolean]
  ? SwitchControl
  : [T] extends [number]
    ? NumberControl
    : [T] extends [string]
      ? ChoiceControl<T>
      : NoControl;

/** An entry of a setup with values of type `T`. */
export interface SetupOption<T> {
  /** Two or three words beside the control. */
  readonly label: string;
  /** One sentence for people who see it for the first time. */
  readonly help: string;
  /** What it is called in a link: never given to another option, even when this one is gone. */
  readonly key: string;
  readonly default: T;
  readonly check: Check<T>;
  readonly control: ControlOf<T>;
  readonly group: Group;
  /** Whether a run that is under way may go on with another value. */
  readonly mayChange: boolean;
  /** The line of the source that it decides about, where there is one. */
  readonly source: Source | null;
}

/** One for every entry of `All`: one that is missing does not compile. */
export type SetupOptions<All> = { readonly [N in keyof All]: SetupOption<All[N]> };

/** The part of an option that says what it is. */
type Heading = Pick<SetupOption<unknown>, 'key' | 'label' | 'help' | 'group' | 'mayChange' | 'source'>;

/** Headings of one group; without a source, which whoever has one lays over it. */
export function entry(group: Group, mayChange: boolean) {
  return (key: string, label: string, help: string): Heading => ({
    key,
    label,
    help,
    group,
    mayChange,
    source: null,
  });
}

/** The part of an option that chooses among words. */
export function choice<T extends string>(
  choices: ChoiceControl<T>['choices'],
): { check: Check<T>; control: ChoiceControl<T> } {
  return { check: oneOf(...(Object.keys(choices) as T[])).check, control: { kind: 'choice', choices } };
}
