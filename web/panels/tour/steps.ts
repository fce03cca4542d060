/** The six steps of the tour: where to look, and what to see there. */

export interface TourStep {
  readonly title: string;
  /** Two sentences at most. */
  readonly words: string;
  /** The element that it is about, by its id. */
  readonly at: string;
}

export const STEPS: readonly TourStep[] = [
  {
    ...{ title: 'Train', at: 'transport' },
    words:
      'Press Train: both models begin to learn the same text, each in a thread of its own. Pause, make one step, or begin again whenever you like.',
  },
  {
    ...{ title: 'Learning curves', at: 'curves' },
    words:
      'Lower is better. The lines across show what guessing, the frequency of letters and pairs of letters reach; a model below them has learned more than those.',
  },
  {
    ...{ title: 'The sphere', at: 'sphere' },
    words:
      'Follow the last character of a text through the layers. In nGPT it stays on the sphere and turns towards targets; in GPT it grows.',
  },
  {
    ...{ title: 'How far a step goes: α', at: 'byHand' },
    words:
      'nGPT learns for each dimension how far it goes to a target. Drag h and the target, or change α, and see where one step ends.',
  },
  {
    ...{ title: 'Writing', at: 'writing' },
    words:
      'Type a beginning and let both write on. At first it is noise; after some hundred steps there are words.',
  },
  {
    ...{ title: 'Take something away', at: 'setup' },
    words:
      'Under nGPT every part of it has a switch, with the line of source that decides about it. Turn one off, begin with this, and see what it was good for.',
  },
];
