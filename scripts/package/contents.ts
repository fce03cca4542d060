/** What is in the tarball, and what tools for packages say of it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { manifest, type Packed, root } from './consumer.js';

const ROOT_FILES = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'];
/** 1.4 MB as long as the sources and their maps are in it. */
const MOST_BYTES = 2e6;

/** Files that should not be in it, and those that are missing. */
export function contentsProblems({ files, size }: Packed): string[] {
  const isExpected = (file: string) =>
    ROOT_FILES.includes(file) || /^(dist|src|docs)\//.test(file)
      ? !/(^|\/)(test|tests|fixtures)\/|^docs\/results\/.*\.json$|\.test\.|\.safetensors$/.test(file)
      : false;
  const unexpected = files.filter((file) => !isExpected(file)).map((file) => `${file} should not be in it`);
  // Patterns are for the pages of this repository alone.
  const effects = (manifest.sideEffects as string[]).filter((file) => !file.includes('*'));
  const wanted = [...ROOT_FILES, ...effects.map((file) => file.slice(2))];
  const missing = wanted.filter((file) => !files.includes(file)).map((file) => `${file} is missing`);
  return [
    ...unexpected,
    ...missing,
    ...(size > MOST_BYTES ? [`${size} bytes, ${MOST_BYTES} are allowed`] : []),
  ];
}

/** Links and pictures of the documents in the package, installed in `folder`, that lead out of it. */
export function linkProblems(folder: string): string[] {
  const documents = join(root, 'scripts/package/documents.mjs');
  const args = [documents, 'check', join(folder, 'node_modules/spheregrad')];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return status === 0 ? [] : [stderr];
}

/** Scripts that npm would run on the machine of whoever installs the package. */
export function installScripts(): string[] {
  return ['preinstall', 'install', 'postinstall']
    .filter((name) => name in manifest.scripts)
    .map((name) => `package.json has a script ${name}, which every install would run`);
}

export async function publintProblems({ tarball }: Packed): Promise<string[]> {
  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
  });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

/** Whether every way to import the package finds its types; that `require` does not is meant. */
export function typesWrong({ tarball }: Packed): string[] {
  const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  const args = [
    attw,
    tarball,
    '--profile',
    'esm-only',
    '--no-definitely-typed',
    '--format',
    'ascii',
    '--no-color',
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return status === 0 ? [] : [stdout + stderr];
}
