/** The site: `npm run build:site` builds it into out/site, `npm run site` shows it while you write. */
import { cpSync } from 'node:fs';
import { slug } from 'github-slugger';
import { defineConfig } from 'vitepress';
import { fences } from '../build/fences.js';
import { repositoryLinks } from '../build/links.js';
import { math } from '../build/math.js';
import { nav, sidebar } from '../build/navigation.js';
import { BASE, pageOf } from '../build/places.js';
import { readerModules } from '../build/reader-modules.js';
import { serveSource, writeSource } from '../build/source/pages.js';

const OUT = 'out/site';
/** A circle and a point on it. */
const ICON =
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><circle cx='8' cy='8' r='6' fill='none' stroke='%232f6fbf' stroke-width='2'/><circle cx='12.2' cy='3.8' r='2.6' fill='%23d9730d'/></svg>";

export default defineConfig({
  title: 'SphereGrad',
  description:
    'An autodiff framework written from scratch in TypeScript, and the normalized Transformer (nGPT) on it',
  lang: 'en',
  base: BASE,
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${ICON}` }]],
  srcDir: '..',
  // Documents stand where they are read on GitHub; what is none of them is left out.
  srcExclude: [
    ...['bench', 'coverage', 'dist', 'examples', 'learn', 'scripts', 'src', 'test/*'].map(
      (folder) => `${folder}/**`,
    ),
    ...['out/!(site-pages)/**', 'site/!(index).md', 'site/*/**', 'docs/reference.md'],
  ],
  rewrites: (document) => pageOf(document) ?? document,
  outDir: `../${OUT}`,
  cacheDir: '../out/site-cache',
  // test/browser follows every link of the built site, to the anchors too.
  ignoreDeadLinks: true,
  markdown: {
    // As GitHub does, whose anchors the documents' links have.
    anchor: { slugify: (text) => slug(text) },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config(md) {
      math(md);
      fences(md);
      repositoryLinks(md);
    },
  },
  vue: {
    template: { compilerOptions: { isCustomElement: (tag) => /^(figure-|learn-|run-code$)/.test(tag) } },
  },
  vite: {
    plugins: [serveSource(), readerModules()],
    build: { chunkSizeWarningLimit: 4000 },
    worker: { format: 'es', plugins: () => [readerModules()] },
    server: { fs: { allow: ['..'] } },
  },
  themeConfig: {
    nav,
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    search: {
      provider: 'local',
      options: {
        // The README says in short what the guides say, and the changelog what was.
        _render: (text, env, md) => (isRepetition(env.relativePath) ? '' : md.render(text, env)),
      },
    },
    docFooter: { prev: 'Before', next: 'Next' },
  },
  buildEnd({ outDir }) {
    cpSync('docs/sphere-step.svg', `${outDir}/docs/sphere-step.svg`);
    writeSource(`${outDir}/source`);
  },
});

function isRepetition(page: string): boolean {
  return ['README.md', 'CHANGELOG.md', 'guides/index.md', 'guides/changelog.md'].includes(page);
}
