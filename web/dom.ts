/** Elements in one line each. */

type Properties = Readonly<Record<string, unknown>>;
type Child = Node | string | null;

/**
 * An element with attributes and children. What is a property of it, such as `onclick` or `value`, is set as one; what
 * is false, null or undefined is left out.
 * @example element('button', { type: 'button', onclick: train }, 'Train')
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(made, name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function set(made: HTMLElement, name: string, value: unknown): void {
  if (value === false || value === null || value === undefined) return;
  if (name in made && !name.startsWith('aria-')) Object.assign(made, { [name]: value });
  else made.setAttribute(name, value === true ? '' : String(value));
}

/** Writes a text only where it differs: screen readers and layout notice every change. */
export function write(place: Element, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}
