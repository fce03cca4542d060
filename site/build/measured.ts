/** The page of benchmarks, from what the README says of them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MADE, ROOT } from './places.js';

const HEADING = 'Measured';

function writeMeasured(): void {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, section] = readme.match(new RegExp(`^## ${HEADING}\\n([\\s\\S]*?)(?=^## )`, 'm')) ?? [];
  if (section === undefined) throw new Error(`README.md has no section "${HEADING}"`);
  const up = '../'.repeat(MADE.split('/').length);
  // Its links lead from the root of the repository.
  const text = section.replace(/\]\((?![a-z]+:|#|\/)/g, `](${up}`);
  mkdirSync(join(ROOT, MADE), { recursive: true });
  writeFileSync(join(ROOT, MADE, 'benchmarks.md'), `# Benchmarks\n${text}`);
}

writeMeasured();
