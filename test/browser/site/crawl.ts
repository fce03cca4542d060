/** Follows the links of a built site, on the disk. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

interface Page {
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
}

/** Links of all pages below `folder` that lead nowhere, to no anchor, or to another host to load from, each with its page. */
export function brokenLinks(folder: string): string[] {
  const pages = new Map(htmlBelow(folder).map((path) => [pathOf(folder, path), readPage(path)]));
  return [...pages].flatMap(([path, { links }]) =>
    links.flatMap((link) => {
      const problem = problemWith(link, path, pages, folder);
      return problem === null ? [] : [`${path}: ${problem}`];
    }),
  );
}

export function htmlBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return htmlBelow(path);
    return entry.name.endsWith('.html') ? [path] : [];
  });
}

function readPage(path: string): Page {
  const html = readFileSync(path, 'utf8');
  // What is missing is marked by the build.
  const links = [...html.matchAll(/\s(?:href|src|data-missing)="([^"]*)"/g)].map(([, link]) =>
    unescaped(link),
  );
  return {
    links: [...new Set(links)],
    anchors: new Set([...html.matchAll(/\s(?:id|name)="([^"]*)"/g)].map(([, id]) => unescaped(id))),
  };
}

function problemWith(
  link: string,
  from: string,
  pages: ReadonlyMap<string, Page>,
  folder: string,
): string | null {
  if (/^(https?|data|mailto):/.test(link)) return null;
  const [path, anchor] = link.split('#');
  const target = path === '' ? from : posix.normalize(posix.join('/', posix.dirname(from), path));
  const absolute = path.startsWith('/') ? path : target;
  const file = absolute.endsWith('/') ? `${absolute}index.html` : absolute;
  const page = pages.get(decodeURI(file));
  if (page === undefined && !isFile(join(folder, decodeURI(file)))) return `${link} leads nowhere`;
  if (anchor === undefined || anchor === '' || page === undefined) return null;
  return page.anchors.has(decodeURIComponent(anchor)) ? null : `${link} leads to no anchor`;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function pathOf(folder: string, path: string): string {
  return `/${relative(folder, path).split(sep).join('/')}`;
}

function unescaped(text: string): string {
  return text.replaceAll('&amp;', '&').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
