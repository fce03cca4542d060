/** What the curves say, in words: for those who do not see them, and for those who do. */
import type { Architecture } from '../../../src/ngpt/index.js';
import type { ReferenceLine } from '../../data/open-data.js';
import { NAMES } from '../../palette.js';
import { ARCHITECTURES } from '../../setup/train-settings.js';
import type { History } from '../../training/history.js';
import { lossesTogether, stepsAhead } from '../../training/lead.js';

type Histories = Readonly<Record<Architecture, History>>;

/** Who is ahead, and by how much. */
export function leadOf({ ngpt, gpt }: Histories): string {
  const steps = stepsAhead(ngpt.evaluations, gpt.evaluations);
  if (steps === null) return 'Who is ahead shows when both have been measured twice.';
  if (steps === 0) return levelWords(ngpt, gpt);
  const [ahead, behind] = steps > 0 ? (['ngpt', 'gpt'] as const) : (['gpt', 'ngpt'] as const);
  return `${NAMES[ahead]} is ${Math.abs(steps).toLocaleString('en')} steps ahead: it had the loss that ${NAMES[behind]} has now so much earlier.`;
}

/** Of losses that no step lies between: a model that is no better than at its start had each of its own then already. */
function levelWords(ngpt: History, gpt: History): string {
  const [mine, other] = lossesTogether(ngpt.evaluations, gpt.evaluations);
  if (mine === other) return 'Neither is ahead.';
  const [better, worse] = mine < other ? (['ngpt', 'gpt'] as const) : (['gpt', 'ngpt'] as const);
  const by = Math.abs(mine - other).toFixed(3);
  return `No step lies between them yet: the held-out loss of ${NAMES[better]} is ${by} below that of ${NAMES[worse]}.`;
}

/** Of each model, where it is: its loss on text that it never learns from, and beside it that on what it learns from. */
export function standings(histories: Histories): string {
  return ARCHITECTURES.map((arch) => {
    const { evaluations, lastStep } = histories[arch];
    const [heldOut, training] = [evaluations.valLoss.at(-1), evaluations.trainLoss.at(-1)];
    const where = `${NAMES[arch]}: step ${lastStep.toLocaleString('en')}`;
    if (heldOut === undefined || training === undefined) return where;
    return `${where}, held-out loss ${heldOut.toFixed(3)}, training loss ${training.toFixed(3)}`;
  }).join('. ');
}

/** What each line across the chart means, the highest first: a name with its loss, and a sentence. */
export function legendOf(lines: readonly ReferenceLine[]): { term: string; sentence: string }[] {
  return [...lines]
    .sort((a, b) => b.loss - a.loss)
    .map(({ name, loss, sentence }) => ({ term: `${name}, ${loss.toFixed(3)}`, sentence }));
}
