/** What an Adam written in plain numbers works on: exercise 1 of chapter 11. */

/** A parameter and what Adam remembers of its gradients, element by element. */
export interface AdamState {
  readonly w: readonly number[];
  /** Moving averages of the gradient and of its square. */
  readonly m: readonly number[];
  readonly v: readonly number[];
  /** Steps made. */
  readonly step: number;
}

export interface Settings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}
