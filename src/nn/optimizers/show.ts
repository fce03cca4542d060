/** An optimizer as text: what it is set to, not what it holds. */
import type { OptimizerGroup } from './groups.js';

/** Settings by name, as the constructor takes them. */
export type Settings = Readonly<Record<string, number | boolean>>;

interface Shown {
  readonly type: string;
  readonly settings: Settings;
  readonly stepCount: number;
  readonly groups: readonly OptimizerGroup[];
}

/** One line, and one more for each group where there are several. */
export function formatOptimizer({ type, settings, stepCount, groups }: Shown): string {
  const lines = groups.length > 1 ? groups.map((group, i) => `\n  group ${i}: ${formatGroup(group)}`) : [];
  const own = groups.length === 1 ? ownSettings(groups[0]) : {};
  const all = formatSettings({ ...settings, ...own });
  return `${type}(${all}), ${counted(stepCount, 'step')}, ${parameterCount(groups)}${lines.join('')}`;
}

/** The number of values that are trained. */
export function valueCount(groups: readonly OptimizerGroup[]): number {
  return groups.flatMap(({ parameters }) => parameters).reduce((sum, [, { size }]) => sum + size, 0);
}

function formatGroup(group: OptimizerGroup): string {
  const own = formatSettings(ownSettings(group));
  return `${own === '' ? '' : `${own}, `}${parameterCount([group])}`;
}

/** What the group does not leave to the optimizer. */
function ownSettings({ learningRate, learningRateScale, weightDecay }: OptimizerGroup): Settings {
  return {
    ...(learningRate === null ? {} : { learningRate }),
    ...(learningRateScale === 1 ? {} : { learningRateScale }),
    ...(weightDecay === null ? {} : { weightDecay }),
  };
}

function formatSettings(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
}

function parameterCount(groups: readonly OptimizerGroup[]): string {
  return counted(valueCount(groups), 'parameter');
}

function counted(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}
