/** Writes docs/learn/figures/v-curve.svg: `npx tsx learn/05-is-it-right/node/draw.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { vCurve } from '../chart.js';

const folder = fileURLToPath(new URL('../../../docs/learn/figures/', import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}v-curve.svg`, await vCurve());
console.log(`${folder}v-curve.svg`);
