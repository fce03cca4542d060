/** Chapter 13, exercise 2, solved. */

export class GradientSum {
  private readonly gradients: (Float32Array | null)[];

  constructor(
    private readonly rows: readonly number[],
    private readonly length: number,
  ) {
    this.gradients = rows.map(() => null);
  }

  arrive(member: number, gradient: Float32Array): void {
    this.gradients[member] = gradient.slice();
  }

  total(): Float32Array {
    const batch = this.rows.reduce((sum, each) => sum + each);
    const total = new Float32Array(this.length);
    for (const [member, gradient] of this.gradients.entries()) {
      if (gradient === null) throw new Error(`member ${member} has not arrived`);
      for (let i = 0; i < this.length; i++) total[i] += (this.rows[member] / batch) * gradient[i];
    }
    return total;
  }
}
