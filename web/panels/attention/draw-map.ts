/** A square of weights, dark where they are large. */

/** Pixels of a square. */
const SIDE = 128;

/** Row by row from the top, in shades of `colour`; the root of a weight is shown, so that small ones can be told from none. */
export function drawMap(
  canvas: HTMLCanvasElement,
  weights: Float32Array,
  size: number,
  colour: string,
): void {
  canvas.width = SIDE;
  canvas.height = SIDE;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const cell = SIDE / size;
  context.fillStyle = colour;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      context.globalAlpha = Math.sqrt(Math.max(0, Math.min(1, weights[row * size + column])));
      context.fillRect(column * cell, row * cell, Math.ceil(cell), Math.ceil(cell));
    }
  }
}
