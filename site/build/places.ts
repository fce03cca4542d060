/** Where the files of the repository stand in the site. */
import { existsSync, statSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';

/** `npm run build:site` and `npm run site` start in the root of the repository, and say so to VitePress. */
export const ROOT = resolve(process.env.SITE_ROOT ?? '.');
/** The path that the site stands under on its host, with a slash at both ends. */
export const BASE = process.env.SITE_BASE ?? '/';
/** Pages that are made of the source, as Markdown; below the root as VitePress wants all pages to be. */
export const MADE = 'out/site-pages';

/** Documents that have another place than the rule says. */
const PLACES: Readonly<Record<string, string>> = {
  'site/index.md': 'index.md',
  'README.md': 'guides/index.md',
  'CHANGELOG.md': 'guides/changelog.md',
  'CONTRIBUTING.md': 'guides/contributing.md',
  'test/README.md': 'guides/tests.md',
  'docs/experiments.md': 'experiments.md',
  'docs/learn/README.md': 'learn/index.md',
  // TypeDoc puts it there, before its list of modules.
  'docs/reference.md': 'api/index.md',
};

/** The page that a document becomes, null for one that is none. */
export function pageOf(document: string): string | null {
  if (!document.endsWith('.md')) return null;
  if (document in PLACES) return PLACES[document] ?? null;
  if (document.startsWith(`${MADE}/`)) return document.slice(MADE.length + 1);
  if (document.startsWith('docs/learn/')) return document.slice('docs/'.length);
  const [, name] = document.match(/^docs\/([^/]+)$/) ?? [];
  return name === undefined ? null : `guides/${name}`;
}

/** Where a file of the repository is to be read in the site: the page made of it, or its source; null if it is not there. */
export function addressOf(file: string): { url: string; isSource: boolean } | null {
  const page = pageOf(file);
  if (page !== null)
    return { url: `/${page.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '.html')}`, isSource: false };
  const path = join(ROOT, file);
  if (!existsSync(path)) return null;
  return { url: sourceAddress(file, statSync(path).isDirectory()), isSource: true };
}

/** The address of a source page, with the base: VitePress's router does not know them. */
export function sourceAddress(path: string, isFolder = false): string {
  const clean = path.replace(/\/$/, '');
  const end = clean === '' ? '' : isFolder ? `${clean}/` : `${clean}.html`;
  return `${BASE}source/${end}`;
}

/** A relative link in a document, as a path below the root; null for what leads elsewhere. */
export function targetOf(document: string, link: string): { file: string; anchor: string } | null {
  if (/^([a-z]+:|\/|#)/i.test(link)) return null;
  const [path, anchor] = link.split('#');
  const file = posix.normalize(posix.join(posix.dirname(document), decodeURI(path ?? ''))).replace(/\/$/, '');
  if (file.startsWith('..')) return null;
  return { file: file === '.' ? '' : file, anchor: anchor === undefined ? '' : `#${anchor}` };
}
