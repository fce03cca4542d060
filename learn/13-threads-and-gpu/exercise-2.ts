/** Chapter 13, exercise 2: a sum that depends on who comes first. */

/** Makes the gradient of a batch's mean loss from those of its shares. */
export class GradientSum {
  private readonly sum: Float32Array;

  /** @param rows how many rows of the batch each member has */
  constructor(
    private readonly rows: readonly number[],
    length: number,
  ) {
    this.sum = new Float32Array(length);
  }

  /** Takes the gradient of the mean loss over a member's rows. Afterwards the member may write something else there. */
  arrive(member: number, gradient: Float32Array): void {
    const batch = this.rows.reduce((sum, each) => sum + each);
    gradient.forEach((each, i) => {
      this.sum[i] += (this.rows[member] / batch) * each;
    });
  }

  /**
   * The gradient of the mean loss over the batch, the same to the last bit in whatever order members arrived.
   * @throws Error before all of them have
   */
  total(): Float32Array {
    return this.sum;
  }
}
