import type { Change } from './training/run.js';

/** What happens on the page; `run` is a new run, in place of the one before, `setup` another end of this one. */
export type News = Change['what'] | 'run' | 'setup';
