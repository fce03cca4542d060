/** What is drawn in a panel as one PNG. */

/** Pixels of the file for one of the page, so that it can be printed. */
const SCALE = 2;
const GAP = 16;

/** Something with a place to be drawn at. */
interface Piece {
  readonly image: CanvasImageSource;
  readonly width: number;
  readonly height: number;
}

/**
 * All curves, maps and drawings of a panel beside each other, on a ground of the page's colour; null where there is nothing
 * drawn yet.
 * @param colour - the value of a colour of styles/page.css, which a file of its own does not know.
 */
export async function pictureOf(panel: Element, colour: (name: string) => string): Promise<Blob | null> {
  const drawn = [...panel.querySelectorAll<HTMLCanvasElement | SVGSVGElement>('canvas, svg')];
  const pieces = await Promise.all(
    drawn.map((each) => (each instanceof HTMLCanvasElement ? canvasPiece(each) : svgPiece(each, colour))),
  );
  if (pieces.length === 0) return null;
  const canvas = document.createElement('canvas');
  canvas.width = SCALE * pieces.reduce((sum, { width }) => sum + width + GAP, GAP);
  canvas.height = SCALE * (Math.max(...pieces.map(({ height }) => height)) + 2 * GAP);
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.fillStyle = colour('--ground');
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(SCALE, SCALE);
  let x = GAP;
  for (const { image, width, height } of pieces) {
    context.drawImage(image, x, GAP, width, height);
    x += width + GAP;
  }
  return new Promise((resolve) => canvas.toBlob(resolve));
}

function canvasPiece(canvas: HTMLCanvasElement): Piece {
  const { width, height } = canvas.getBoundingClientRect();
  return { image: canvas, width, height };
}

async function svgPiece(svg: SVGSVGElement, colour: (name: string) => string): Promise<Piece> {
  const { width, height } = svg.getBoundingClientRect();
  const text = svg.outerHTML.replace(/var\((--[\w-]+)\)/g, (_, name: string) => colour(name));
  const image = new Image();
  const address = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    image.src = address;
    await image.decode();
    return { image, width, height };
  } finally {
    URL.revokeObjectURL(address);
  }
}
