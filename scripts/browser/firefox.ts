import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['firefox-esr', 'firefox', 'firefox.exe'];
const APPLICATION = '/Applications/Firefox.app/Contents/MacOS/firefox';

/** The path in FIREFOX, or a Firefox on the PATH or installed as an application. @throws Error with what to do. */
export function findFirefox(given = process.env.FIREFOX): string {
  if (given !== undefined) {
    if (existsSync(given)) return given;
    throw new Error(`there is no Firefox at ${given}`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = [...onPath, APPLICATION].find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    'found no Firefox; install one with `apt-get install firefox-esr`, or say where it is: FIREFOX=PATH npm run test:browser',
  );
}
