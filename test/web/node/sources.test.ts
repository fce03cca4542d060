import { describe, expect, it } from 'vitest';
import { sourcePage } from '../../../web/node/sources.js';
import { sourceAddress } from '../../../web/panels/setup/source-link.js';

const TEXT = 'const a = 1;\nif (a < 2 && b > "3") go();\nlast';

describe('sourcePage', () => {
  it('marks the first line that has the words, by an anchor that the link leads to', () => {
    const words = 'a < 2 && b > "3"';
    const page = sourcePage('src/x/y.ts', TEXT, [words]);
    const [, id] = page.match(/<mark id="([^"]*)"/) ?? [];
    const decoded = id.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
    expect(decoded).toBe(words);
    const { hash } = new URL(sourceAddress({ file: 'src/x/y.ts', words }), 'https://host.example/');
    expect(decodeURIComponent(hash.slice(1))).toBe(words);
    expect(page).toMatch(/<mark [^>]*><span class="number">2<\/span>/);
  });

  it('shows every character as it is', () => {
    const page = sourcePage('a.ts', '<script>alert("&")</script>', []);
    expect(page).not.toContain('<script');
    expect(page).toContain('&#60;script&#62;alert(&#34;&#38;&#34;)&#60;/script&#62;');
  });

  it('finds its style from any depth', () => {
    expect(sourcePage('src/x/y.ts', TEXT, [])).toContain('href="../../../source.css"');
  });

  it('does without scripts and other hosts', () => {
    expect(sourcePage('a.ts', TEXT, [])).toContain(`content="default-src 'none'; style-src 'self'"`);
  });

  it('refuses words that are in no line, even where two together have them', () => {
    expect(() => sourcePage('a.ts', TEXT, ['nowhere'])).toThrow('a.ts has no line with: nowhere');
    expect(() => sourcePage('a.ts', TEXT, ['1;\nif'])).toThrow('no line');
  });
});
