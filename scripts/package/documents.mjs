// The documents of the package. Those of the repository lead on to what is not packed: tests, the guided path, records of
// experiments. `prepack` makes plain words of such links before npm packs, `postpack` puts the documents back as they were,
// and `check` follows every link and picture of an unpacked package: `node scripts/package/documents.mjs check FOLDER`.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { visit } from 'unist-util-visit';
import { filesBelow, isDocument, parse, read } from '../docs/documents.mjs';

/** Where the originals are meanwhile. */
const ORIGINALS = 'out/originals';

const [task, folder = '.'] = process.argv.slice(2);
if (task === 'prepack') unlink();
else if (task === 'postpack') putBack();
else if (task === 'check') check();
else throw new Error(`prepack, postpack or check, not ${task}`);

function unlink() {
  // What an interrupted run has left.
  putBack();
  const files = packedFiles();
  for (const file of files.filter(isDocument)) {
    const text = read('.', file);
    const changed = withoutLinksOut(file, text, files);
    if (changed === text) continue;
    mkdirSync(dirname(join(ORIGINALS, file)), { recursive: true });
    cpSync(file, join(ORIGINALS, file));
    writeFileSync(file, changed);
  }
}

function putBack() {
  if (!existsSync(ORIGINALS)) return;
  for (const file of filesBelow(ORIGINALS)) cpSync(join(ORIGINALS, file), file);
  rmSync(ORIGINALS, { recursive: true });
}

function check() {
  const files = filesBelow(folder);
  const problems = files
    .filter(isDocument)
    .flatMap((file) =>
      linksOut(file, read(folder, file), files).map(
        (node) => `${file}:${node.position.start.line}: ${node.url} is not in the package`,
      ),
    );
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

function packedFiles() {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [{ files }] = JSON.parse(
    execFileSync('npm', args, { encoding: 'utf8', shell: process.platform === 'win32' }),
  );
  return files.map(({ path }) => path);
}

/** Links and pictures of the document `file` that lead to none of `files` and to no folder of theirs. */
function linksOut(file, text, files) {
  const found = [];
  visit(parse(text), ['link', 'image', 'definition'], (node) => {
    const [path] = node.url.split('#');
    if (path === '' || /^[a-z]+:/.test(node.url)) return;
    const target = posix.join(posix.dirname(file), path).replace(/\/$/, '');
    if (!files.some((each) => each === target || each.startsWith(`${target}/`))) found.push(node);
  });
  return found;
}

/** A picture stays, for `check` to find: nothing can stand for it. */
function withoutLinksOut(file, text, files) {
  return linksOut(file, text, files)
    .filter((node) => node.type === 'link')
    .reduceRight((rest, node) => {
      const { start, end } = node.position;
      const words = text.slice(
        node.children[0].position.start.offset,
        node.children.at(-1).position.end.offset,
      );
      return rest.slice(0, start.offset) + words + rest.slice(end.offset);
    }, text);
}
