/**
 * The loss of an ideal predictor of a toy task, which knows all lines and how likely they are, over blocks that begin
 * anywhere, as a model is trained and tested.
 *
 * Added up over a block, the losses of the ideal predictor are on average the entropy of what it predicts (the chain rule):
 * of T+1 characters it is told the first, so that T·loss = H(x₀ … x_T) − H(x₀). As long as a block is no shorter than a line,
 * it has a line break in it, which tells where its lines begin; so
 *
 *     H(x₀ … x_T) = H(where) + H(x₀ … x_T | where),   H(where) = ln W for lines of W characters,
 *
 * and where that is known, a block is the end of a line, whole lines, and the beginning of a line, independent of each other.
 * That it begins within a line costs: of letters it has not seen, it cannot know the copies.
 */

/** In nats per character; null where blocks are shorter than a line. @param lines - equally likely, equally long */
export function bestLoss(lines: readonly string[], blockSize: number): number | null {
  const width = lines[0].length;
  const length = blockSize + 1;
  if (length < width) return null;
  const places = Array.from({ length: width }, (_, i) => i);
  const ends = places.map((place) => entropy(lines.map((line) => line.slice(place))));
  const beginnings = places.map((place) => entropy(lines.map((line) => line.slice(0, place))));
  const total = places.map((place) => {
    const rest = length - (width - place);
    return ends[place] + Math.floor(rest / width) * ends[0] + beginnings[rest % width];
  });
  const first = entropy(lines.flatMap((line) => [...line]));
  return (Math.log(width) + mean(total) - first) / blockSize;
}

/** Of one of the texts drawn at random, in nats. */
function entropy(texts: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum += count * Math.log(count);
  return Math.log(texts.length) - sum / texts.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
