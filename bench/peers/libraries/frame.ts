/** The sheet that charts stand on: a title, and panels below each other. */

export interface Part {
  readonly heading: string;
  readonly top: number;
  /** The text of an element. */
  readonly svg: string;
}

export interface Frame {
  readonly title: string;
  readonly subtitle: string;
  readonly width: number;
  readonly height: number;
  readonly parts: readonly Part[];
}

/** The text of an SVG file. */
export function frame({ title, subtitle, width, height, parts }: Frame): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<text x="10" y="28" font-size="17" font-weight="600">${escaped(title)}</text>`,
    `<text x="10" y="50" fill="#57606a">${escaped(subtitle)}</text>`,
    ...parts.map(
      ({ heading, top, svg }) =>
        `<text x="10" y="${top + 16}" font-weight="600">${escaped(heading)}</text>${svg}`,
    ),
    '</svg>\n',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
