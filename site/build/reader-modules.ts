/**
 * What readers' code may import, as a module: the engine and its layers, and what exercises are made of. Found by following the
 * imports of the exercises, since other programs of the chapters are for Node.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Plugin } from 'vite';
import { ROOT } from './places.js';

const NAME = 'virtual:reader-modules';
const DOORS = ['index', 'tensor/index', 'autograd/index', 'nn/index', 'ngpt/index'].map(
  (door) => `src/${door}.ts`,
);

export function readerModules(): Plugin {
  return {
    name: 'reader-modules',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load(id) {
      if (id !== `\0${NAME}`) return null;
      const files = [...DOORS, ...filesOfExercises()];
      const entries = files.map(
        (file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(join(ROOT, file))}),`,
      );
      return `export const modules = {\n${entries.join('\n')}\n};\n`;
    },
  };
}

/** The exercises, their checks and solutions, and what these import of learn. */
function filesOfExercises(): string[] {
  const found = new Set(
    chapters().flatMap((chapter) =>
      readdirSync(join(ROOT, chapter))
        .filter((name) => /^(exercise|solution|check)(-\d)?\.ts$/.test(name))
        .map((name) => `${chapter}/${name}`),
    ),
  );
  // A set goes on to what is added on the way.
  for (const file of found) for (const each of importsOf(file)) found.add(each);
  return [...found];
}

function chapters(): string[] {
  return readdirSync(join(ROOT, 'learn'))
    .filter((name) => /^\d/.test(name))
    .map((name) => `learn/${name}`);
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/\bfrom '(\.{1,2}\/[^']+)\.js'/g)]
    .map(([, path]) => `${posix.join(posix.dirname(file), path ?? '')}.ts`)
    .filter((path) => path.startsWith('learn/'));
}
