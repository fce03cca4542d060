/** Formulas, `$…$` and `$$…$$` as GitHub draws them, by KaTeX: with MathML for those who listen. */
import katex from '@vscode/markdown-it-katex';
import type { MarkdownRenderer } from 'vitepress';

type Plugin = (md: MarkdownRenderer, options: object) => void;

export function math(md: MarkdownRenderer): void {
  // CommonJS: what Node calls its default is all that it exports.
  const plugin = ('default' in katex ? katex.default : katex) as unknown as Plugin;
  plugin(md, { throwOnError: false, strict: false });
  for (const name of ['math_inline', 'math_inline_block', 'math_block', 'math_inline_bare_block']) {
    const rule = md.renderer.rules[name];
    if (rule === undefined) continue;
    md.renderer.rules[name] = (...given) => withoutVue(rule(...given));
  }
}

/** Braces of formulas are none of Vue's; what is wider than a phone can be scrolled, by keyboard too. */
function withoutVue(html: string): string {
  return html
    .replace(/^<(p|span)/, '<$1 v-pre')
    .replace('class="katex-block"', 'class="katex-block" tabindex="0" role="group" aria-label="formula"');
}
