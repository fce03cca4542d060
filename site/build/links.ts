/** Links in documents are written for GitHub, from file to file. Here they become links from page to page. */
import { relative, sep } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { addressOf, BASE, ROOT, targetOf } from './places.js';

interface Environment {
  readonly path?: string;
  readonly realPath?: string;
}

/** Vite looks for a picture beside the document only if its address says that it is relative. */
const PICTURE = /(<img\b[^>]*?)\ssrc="(?![a-z]+:|[./])([^"]*)"/g;

type Token = ReturnType<MarkdownRenderer['parse']>[number];

/** Pages of the API that exist may be linked from the source as they are; the rest is looked up in the repository. */
export function repositoryLinks(md: MarkdownRenderer): void {
  md.core.ruler.push('repository-links', (state) => {
    const { path, realPath }: Environment = state.env ?? {};
    // A title alone is of no document.
    if (path === undefined) return;
    const document = relative(ROOT, realPath ?? path)
      .split(sep)
      .join('/');
    for (const token of state.tokens) {
      for (const each of [token, ...(token.children ?? [])]) rewrite(each, document);
    }
  });
}

function rewrite(token: Token, document: string): void {
  if (token.type === 'link_open') rewriteLink(token, document);
  if (token.type === 'html_block' || token.type === 'html_inline')
    token.content = token.content.replace(PICTURE, (_, before, source) => {
      const target = targetOf(document, source);
      // What is missing fails in test/browser with all such, not at the first one here.
      const isThere = target !== null && addressOf(target.file) !== null;
      return isThere ? `${before} src="./${source}"` : `${before} data-missing="${source}"`;
    });
}

function rewriteLink(token: Token, document: string): void {
  const href = token.attrGet('href') ?? '';
  const target = targetOf(document, href);
  const address = target === null ? null : addressOf(target.file);
  if (href.startsWith('/source/')) leadToSource(token, `${BASE}${href.slice(1)}`);
  else if (target === null || address === null) return;
  else if (address.isSource) leadToSource(token, address.url + target.anchor);
  else token.attrSet('href', address.url + target.anchor);
}

/** A source page is none of VitePress's: the browser loads it itself. */
function leadToSource(token: Token, href: string): void {
  token.attrSet('href', href);
  token.attrSet('target', '_self');
}
