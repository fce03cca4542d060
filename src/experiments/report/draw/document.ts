/** The document that pictures are built in: as much of one as a picture needs, in Node and in browsers alike. */
import { DOMImplementation, XMLSerializer } from '@xmldom/xmldom';

export const SVG = 'http://www.w3.org/2000/svg';

const XHTML = 'http://www.w3.org/1999/xhtml';

/** Attributes that are of no use in a picture which is read as a whole. */
const DROPPED = ['aria-label', 'aria-hidden', 'class'];

const LONG_FRACTION = /-?\d+\.\d{3,}(e[-+]?\d+)?/g;

export function newDocument(): Document {
  // It has what Observable Plot asks for: elements, attributes and text.
  return new DOMImplementation().createDocument(XHTML, 'html', null) as unknown as Document;
}

export function serialize(element: Element): string {
  return new XMLSerializer().serializeToString(element as never);
}

/** Makes an SVG element. Attributes that are null are left out. */
export function element(
  document: Document,
  name: string,
  attributes: Readonly<Record<string, string | number | null>>,
  text?: string,
): Element {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null) made.setAttribute(key, String(value));
  }
  if (text !== undefined) made.appendChild(document.createTextNode(text));
  return made;
}

/** What XML has no way to write, such as the character 0, becomes the sign for an unknown one. */
export function printable(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}

/** Makes a plot smaller: no styles of its own, no hundredths of a pixel. `attribute` may change values. */
export function tidy(element: Element, attribute: (value: string) => string): void {
  for (const style of childElements(element).filter(({ nodeName }) => nodeName === 'style')) {
    element.removeChild(style);
  }
  for (const name of DROPPED) element.removeAttribute(name);
  for (const { name, value } of Array.from(element.attributes)) {
    element.setAttribute(name, attribute(value.replace(LONG_FRACTION, shorten)));
  }
  for (const child of childElements(element)) tidy(child, attribute);
}

function shorten(number: string): string {
  return String(Number(Number(number).toFixed(2)));
}

function childElements(element: Element): Element[] {
  const isElement = (node: ChildNode): node is Element & ChildNode => node.nodeType === 1;
  return Array.from(element.childNodes).filter(isElement);
}
