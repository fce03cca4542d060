/** Lists of numbers that users give. */
import { requirePositive, requireWhole } from '../../tensor/checks/values.js';
import { ConfigError } from '../../tensor/index.js';

/** @throws ConfigError that calls them `name`, unless they are whole numbers from 1 that ascend. */
export function requireBudgets(name: string, budgets: readonly number[]): void {
  requireAscending(name, budgets);
  for (const budget of budgets) requireWhole(name, budget, 1);
}

/** @throws ConfigError that calls them `name`, unless they are learning rates above 0 that ascend. */
export function requireRates(name: string, rates: readonly number[]): void {
  requireAscending(name, rates);
  for (const rate of rates) requirePositive(name, rate);
}

/** @throws ConfigError that calls them `name`, unless there are some, and they ascend. */
export function requireAscending(name: string, values: readonly number[]): void {
  if (values.length === 0) throw new ConfigError(`${name} has no value`, { settings: [name] });
  for (let i = 1; i < values.length; i++) {
    if (values[i] === values[i - 1]) throw refusal(name, `has ${values[i]} twice`, values);
    if (!(values[i] > values[i - 1])) throw refusal(name, 'must ascend', values);
  }
}

function refusal(name: string, what: string, values: readonly number[]): ConfigError {
  return new ConfigError(`${name} ${what}, got ${values.join()}`, { settings: [name] });
}
