/** A text of the visitor's own: sentences of few words, enough for both splits. */
const WORDS = ['the', 'whale', 'sees', 'a', 'ship', 'and', 'dives', 'below', 'it'];

export const OWN_TEXT = Array.from(
  { length: 1500 },
  (_, i) => `${WORDS[(i * i + 3 * i) % WORDS.length]}${i % 7 === 6 ? '.\n' : ' '}`,
).join('');
