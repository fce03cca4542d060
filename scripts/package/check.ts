// Is the package fit to publish? `npm run package:check -- [--node PATH...]` packs it and tries it as programs use it.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { pageProblems, partProblems, shakingProblems } from './bundles.js';
import { install, pack, root } from './consumer.js';
import { contentsProblems, installScripts, linkProblems, publintProblems, typesWrong } from './contents.js';
import { typeProblems } from './types.js';

const program = new Command('package:check')
  .description('Packs the package and checks its contents, types, bundles and what it does when installed.')
  .option('--node <paths...>', 'which Node to run it in besides this one', [])
  .parse();
const { node: others } = program.opts<{ node: string[] }>();

const folder = mkdtempSync(join(tmpdir(), 'spheregrad-package-'));
try {
  const packed = pack(folder);
  install(packed, folder);
  await report(`contents (${packed.files.length} files, ${(packed.size / 1e6).toFixed(1)} MB)`, () =>
    contentsProblems(packed),
  );
  await report('links of documents', () => linkProblems(folder));
  await report('nothing to run on install', installScripts);
  await report('publint', () => publintProblems(packed));
  await report('are the types wrong', () => typesWrong(packed));
  await report('types', () => typeProblems(folder));
  for (const node of [process.execPath, ...others])
    await report(`smoke in Node ${versionOf(node)}`, () => smoke(node));
  await report('bundle of a page', async () => {
    const { problems, bytes } = await pageProblems(folder);
    console.log(`  ${(bytes / 1000).toFixed(1)} KB gzip`);
    return problems;
  });
  await report('bundles of parts', () => partProblems(folder));
  await report('bundle of one function', async () => {
    const { problems, share } = await shakingProblems(folder);
    console.log(`  one function of tensors is ${(100 * share).toFixed(0)} % of everything`);
    return problems;
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function report(what: string, check: () => string[] | Promise<string[]>): Promise<void> {
  const start = performance.now();
  const problems = await check();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? 'ok' : 'FAILED'}: ${what}, ${seconds} s`);
  for (const problem of problems) console.error(`  ${problem.replaceAll('\n', '\n  ')}`);
  if (problems.length > 0) process.exitCode = 1;
}

function smoke(node: string): string[] {
  copyFileSync(join(root, 'scripts/package/smoke.mjs'), join(folder, 'smoke.mjs'));
  const { status, stdout, stderr } = spawnSync(node, ['smoke.mjs'], { cwd: folder, encoding: 'utf8' });
  return status === 0 ? [] : [stdout + stderr];
}

function versionOf(node: string): string {
  return execFileSync(node, ['--print', 'process.versions.node'], { encoding: 'utf8' }).trim();
}
