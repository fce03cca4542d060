// Writes the excerpts of the source in all documents: `npm run excerpts`. Says which documents it changed, and which
// places there are none of. `node scripts/docs/write-excerpts.mjs [FOLDER]`, by default the repository.
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesBelow, isDocument, parse, read } from './documents.mjs';
import { excerptProblems, withExcerpts } from './excerpts.mjs';

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '../..'));
for (const document of filesBelow(root).filter(isDocument)) {
  const before = read(root, document);
  const after = withExcerpts(root, before);
  if (after !== before) {
    writeFileSync(join(root, document), after);
    console.log(document);
  }
  for (const problem of excerptProblems(root, document, parse(after))) {
    console.error(problem);
    process.exitCode = 1;
  }
}
