/** What the curves say, in words: for those who do not see them, and for those who do. */
import type { Architecture } from '../../../src/ngpt/index.js';
import { NAMES } from '../../palette.js';
import { ARCHITECTURES } from '../../setup/train-settings.js';
import type { History } from '../../training/history.js';
import { stepsAhead } from '../../training/lead.js';

type Histories = Readonly<Record<Architecture, History>>;

/** Who is ahead, and by how much. */
export function leadOf({ ngpt, gpt }: Histories): string {
  const steps = stepsAhead(ngpt.evaluations, gpt.evaluations);
  if (steps === null) return 'Who is ahead shows when both have been measured twice.';
  if (steps === 0) return 'Neither is ahead.';
  const [ahead, behind] = steps > 0 ? (['ngpt', 'gpt'] as const) : (['gpt', 'ngpt'] as const);
  return `${NAMES[ahead]} is ${Math.abs(steps).toLocaleString('en')} steps ahead: it had the loss that ${NAMES[behind]} has now so much earlier.`;
}

/** Of each model, where it is. */
export function standings(histories: Histories): string {
  return ARCHITECTURES.map((arch) => {
    const { evaluations, lastStep } = histories[arch];
    const loss = evaluations.valLoss.at(-1);
    const where = `${NAMES[arch]}: step ${lastStep.toLocaleString('en')}`;
    return loss === undefined ? where : `${where}, held-out loss ${loss.toFixed(3)}`;
  }).join('. ');
}
