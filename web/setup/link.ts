/**
 * A setup as the part of an address behind the `#`: `#v=1&data=sort&layers=2`. It has what differs from the defaults, and
 * first the version of these, so that old links stay what they were when a default changes.
 */
import { ConfigError } from '../../src/tensor/index.js';
import { checkSetup } from './check.js';
import { type Entry, fromWords, toWords } from './link-words.js';
import { DEFAULT_SETUP, SETUP_NAMES, SETUP_OPTIONS } from './options.js';
import { sentenceOf } from './sentence.js';
import type { Setup } from './setup.js';

/** What links of each version leave out. When a default changes, the next version begins and those before keep theirs. */
const DEFAULTS: Readonly<Record<string, Setup>> = { 1: DEFAULT_SETUP };
const VERSION = '1';
const VERSION_KEY = 'v';

/** No setup is longer; whatever is, was not made here. */
const LONGEST = 2000;

/** What a link was read as. */
export interface ReadLink {
  /** Always one that works: defaults stand where the link has nonsense. */
  readonly setup: Setup;
  /** A sentence for each thing in it that was left out. */
  readonly problems: readonly string[];
}

/**
 * The setup as a link.
 * @example toLink({ ...DEFAULT_SETUP, seed: 7 }) // '#v=1&seed=7'
 */
export function toLink(setup: Setup): string {
  const differing = SETUP_NAMES.filter((name) => toWords(name, setup) !== toWords(name, DEFAULT_SETUP));
  const words = differing.map((name) => [SETUP_OPTIONS[name].key, toWords(name, setup)]);
  return `#${new URLSearchParams([[VERSION_KEY, VERSION], ...words])}`;
}

/** The setup of a link, of whatever kind the text is; an empty one is the default. Never throws. */
export function fromLink(hash: string): ReadLink {
  if (hash.length > LONGEST) {
    return { setup: DEFAULT_SETUP, problems: ['The link is too long to be one of this page.'] };
  }
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const problems: string[] = [];
  const defaults = defaultsOf(given, problems);
  const read = readEntries(given, problems);
  return { setup: settled({ ...defaults, ...read }, defaults, problems), problems };
}

function defaultsOf(given: URLSearchParams, problems: string[]): Setup {
  const version = given.get(VERSION_KEY) ?? VERSION;
  if (Object.hasOwn(DEFAULTS, version)) return DEFAULTS[version];
  problems.push(
    `The link is of version ${quoted(version)}, which this page does not know: it reads it as version ${VERSION}.`,
  );
  return DEFAULTS[VERSION];
}

/** The entries that are what they have to be by themselves. */
function readEntries(given: URLSearchParams, problems: string[]): Partial<Setup> {
  const entries: Entry[] = [];
  for (const key of new Set(given.keys())) {
    if (key === VERSION_KEY) continue;
    const name = SETUP_NAMES.find((each) => SETUP_OPTIONS[each].key === key);
    const words = given.getAll(key);
    if (name === undefined) {
      problems.push(`The link has ${quoted(key)} in it, which this page does not know.`);
      continue;
    }
    if (words.length > 1)
      problems.push(`The link has ${quoted(key)} in it ${words.length} times: the first counts.`);
    try {
      entries.push([name, fromWords(name, words[0])]);
    } catch (error) {
      problems.push(`In the link, ${sentenceOf(error)}; the default is taken.`);
    }
  }
  return Object.fromEntries(entries);
}

/** With defaults in place of what does not go together. */
function settled(setup: Setup, defaults: Setup, problems: string[]): Setup {
  try {
    checkSetup(setup);
    return setup;
  } catch (error) {
    problems.push(`In the link, ${sentenceOf(error)}; the default is taken.`);
    const about =
      error instanceof ConfigError ? error.settings.filter((name) => Object.hasOwn(setup, name)) : [];
    const back = Object.fromEntries(about.map((name) => [name, defaults[name as keyof Setup]]));
    const next = { ...setup, ...back };
    // Where it is not known what would help, nothing of the link is left.
    return settled(sameSetup(next, setup) ? defaults : next, defaults, problems);
  }
}

/** Whether two setups are one and the same run. */
export function sameSetup(a: Setup, b: Setup): boolean {
  return SETUP_NAMES.every((name) => toWords(name, a) === toWords(name, b));
}

function quoted(words: string): string {
  return JSON.stringify(words.slice(0, 40));
}
