/** The exercises by name: `npm run learn` and the pages of the site find them here. */

/** All exercises, in the order of the path: a chapter's name, and `-2` or `-3` for its second and third. */
export const EXERCISES = [
  '00-first-tensor',
  '01-scalar-engine',
  '01-scalar-engine-2',
  '02-tape',
  '02-tape-2',
  '03-backward',
  '03-backward-2',
  '04-rules',
  '04-rules-2',
  '05-is-it-right',
  '05-is-it-right-2',
  '06-second-derivatives',
  '06-second-derivatives-2',
  '07-fused-ops',
  '07-fused-ops-2',
  '08-sphere',
  '08-sphere-2',
  '09-attention',
  '09-attention-2',
  '10-ngpt',
  '10-ngpt-2',
  '11-training',
  '11-training-2',
  '12-kernels',
  '12-kernels-2',
  '13-threads-and-gpu',
  '13-threads-and-gpu-2',
] as const;

/** The name of an exercise. */
export type ExerciseName = (typeof EXERCISES)[number];

/** Where the files of an exercise lie: the chapter's folder, and what their names end with. */
export function placeOf(name: string): { chapter: string; suffix: string } {
  const [, chapter, suffix = ''] = name.match(/^(.*?)(-\d)?$/) ?? [];
  return { chapter, suffix };
}
