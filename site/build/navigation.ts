/** What stands at the top and at the side of the pages. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme } from 'vitepress';
import { addressOf, MADE, ROOT } from './places.js';

export const nav: DefaultTheme.NavItem[] = [
  { text: 'Learn', link: '/learn/', activeMatch: '^/learn/' },
  // A page of its own, which scripts/site.mjs builds beside these.
  { text: 'Playground', link: '/playground/index.html', target: '_self' },
  { text: 'API', link: '/api/', activeMatch: '^/api/' },
  { text: 'Guides', link: '/guides/', activeMatch: '^/guides/' },
  { text: 'Experiments', link: '/experiments' },
  { text: 'Benchmarks', link: '/benchmarks' },
  { text: 'Source', link: '/source/index.html', target: '_self' },
];

export function sidebar(): DefaultTheme.SidebarMulti {
  return {
    '/learn/': [
      { text: 'Learn', link: '/learn/', items: documentsIn('docs/learn', /^\d.*\.md$/) },
      ...glossary(),
    ],
    '/guides/': [
      { text: 'Overview', link: '/guides/' },
      { text: 'Guides', items: documentsIn('docs', /^(?!reference|experiments).*\.md$/) },
      { text: 'Work on it', items: ['CONTRIBUTING.md', 'test/README.md', 'CHANGELOG.md'].map(itemOf) },
    ],
    ...reference(),
  };
}

function documentsIn(folder: string, names: RegExp): DefaultTheme.SidebarItem[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => names.test(name))
    .sort()
    .map((name) => itemOf(`${folder}/${name}`));
}

function glossary(): DefaultTheme.SidebarItem[] {
  return existsSync(join(ROOT, 'docs/learn/glossary.md')) ? [itemOf('docs/learn/glossary.md')] : [];
}

/** A document under the title that it has itself. */
function itemOf(document: string): DefaultTheme.SidebarItem {
  const [, title = document] = readFileSync(join(ROOT, document), 'utf8').match(/^# (.+)$/m) ?? [];
  return { text: title.replaceAll('`', ''), link: addressOf(document)?.url ?? '/' };
}

/** What TypeDoc writes beside its pages: for each module its own, since all of it would be most of each page. */
function reference(): DefaultTheme.SidebarMulti {
  const top = { text: 'API reference', link: '/api/' };
  const file = join(ROOT, MADE, 'api/typedoc-sidebar.json');
  const modules: DefaultTheme.SidebarItem[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  const names = modules.map(({ text = '', link = '' }) => ({ text, link }));
  const own = modules.map((each, at) => [
    each.link,
    [top, ...names.slice(0, at), { ...withLinks(each), collapsed: false }, ...names.slice(at + 1)],
  ]);
  return { ...Object.fromEntries(own), '/api/': [top, ...names] };
}

/** Groups lead to their headings: one that can be opened and leads nowhere would be a button within a button. */
function withLinks(item: DefaultTheme.SidebarItem, above = ''): DefaultTheme.SidebarItem {
  if (item.items === undefined) return item;
  const link = item.link ?? `${above}#${(item.text ?? '').toLowerCase().replaceAll(' ', '-')}`;
  return { ...item, link, items: item.items.map((each) => withLinks(each, item.link ?? above)) };
}
