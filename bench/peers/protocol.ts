/** What the runner and the processes of the contenders say to each other: one JSON object a line. */

/** Everything that is measured. */
export const CASES = [
  'matmul 128',
  'matmul 256',
  'matmul 512',
  'matmul 1024',
  'softmax',
  'unit',
  'step',
] as const;
export type CaseName = (typeof CASES)[number];

/** What `--only` chooses by. */
export const GROUPS = ['matmul', 'softmax', 'unit', 'step'] as const;
export type Group = (typeof GROUPS)[number];

export function groupOf(name: CaseName): Group {
  return GROUPS.find((group) => name.startsWith(group))!;
}

/** `check` makes a case ready and computes it once; `sample` times it. */
export type Request =
  | { readonly ask: 'describe' }
  | { readonly ask: 'check'; readonly name: CaseName }
  | { readonly ask: 'sample'; readonly name: CaseName };

export interface Replies {
  /** What really runs, with its version. */
  readonly describe: { readonly label: string };
  /** Float32 values in base64, little-endian. Of `step`, the losses of the first steps. */
  readonly check: { readonly values: string };
  /** So long did one run take, the mean of those in the sample. */
  readonly sample: { readonly ms: number };
}

export interface Failure {
  readonly error: string;
}

/** Where a process says its replies, so that whatever a library prints is none. */
export const REPLY_DESCRIPTOR = 3;

/** A sample lasts at least so long, in milliseconds. */
export const SAMPLE_MS = 20;

/** How many losses are compared; each depends on the gradients, the clipping and the update before it. */
export const CHECKED_STEPS = 3;
