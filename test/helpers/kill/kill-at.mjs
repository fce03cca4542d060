// Loaded before a program (`node --import`): kills it before change number KILL_AT of a file or folder, counted where
// PATH matches KILL_IN. KILL_NO_LINKS takes the links away, as on file systems without them. At the end it prints how many changes there were.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { KILL_AT, KILL_IN = '', KILL_NO_LINKS } = process.env;
const place = new RegExp(KILL_IN);
let changes = 0;

function change(paths) {
  if (!paths.some((path) => place.test(String(path)))) return;
  changes++;
  if (changes === Number(KILL_AT)) process.kill(process.pid, 'SIGKILL');
}

for (const name of ['mkdir', 'link', 'copyFile', 'rename', 'rm', 'rmdir', 'unlink', 'writeFile', 'open']) {
  const original = fs.promises[name];
  fs.promises[name] = async (...args) => {
    if (name === 'open' && !/[wa+]/.test(args[1])) return original(...args);
    change(['rename', 'link', 'copyFile'].includes(name) ? args.slice(0, 2) : [args[0]]);
    if (name === 'link' && KILL_NO_LINKS) throw Object.assign(new Error('no links'), { code: 'EPERM' });
    return original(...args);
  };
}
syncBuiltinESMExports();
process.on('exit', () => fs.writeSync(1, `changes: ${changes}\n`));
