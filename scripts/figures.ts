// Writes the still pictures of the guided path's figures, from the code that moves them: `npm run figures`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asFile } from '../learn/figures/base/svg.js';
import { STILLS } from '../learn/figures/stills.js';

const folder = fileURLToPath(new URL('../docs/learn/figures/', import.meta.url));

mkdirSync(folder, { recursive: true });
for (const [name, draw] of Object.entries(STILLS)) writeFileSync(join(folder, name), asFile(await draw()));
console.log(`${Object.keys(STILLS).length} pictures in ${folder}`);
