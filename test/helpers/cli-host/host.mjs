// Runs commands of the built `ngpt` one after another, each as if the process were its own: to start a process, and a thread for
// the training in it, is most of the work of a small command.
import { setImmediate } from 'node:timers/promises';

const [dist] = process.argv.slice(2);
const { runProgram } = await import(`${dist}/cli/program.js`);
const { runSession } = await import(`${dist}/cli/train/session.js`);
const { receiveError, sendError } = await import(`${dist}/cli/train/messages.js`);
const { allowFastSimd } = await import(`${dist}/training/node/index.js`);
const own = process.listeners('exit');

process.on('message', async ({ words, folder }) => {
  process.chdir(folder);
  process.argv = [process.execPath, `${dist}/cli/main.js`, ...words];
  process.exitCode = undefined;
  const said = [process.stdout, process.stderr].map(keep);
  await runProgram(runHere);
  await setImmediate();
  endOfProcess();
  process.send({ code: process.exitCode ?? 0, said: said.map((chunks) => Buffer.concat(chunks).toString()) });
});
process.on('disconnect', () => process.exit());
process.send('ready');

/** As `runInThread`, with copies of all that would pass between two threads. */
async function runHere({ options, stopFlag }, tell) {
  allowFastSimd();
  try {
    await runSession({ options: structuredClone(options), stopFlag }, (message) =>
      tell(structuredClone(message)),
    );
  } catch (error) {
    throw receiveError(structuredClone(sendError(error)));
  }
}

/** What is written to a stream from now on. */
function keep(stream) {
  const chunks = [];
  stream.write = (chunk, ...rest) => {
    chunks.push(Buffer.from(chunk));
    const done = rest.find((each) => typeof each === 'function');
    if (done) process.nextTick(done);
    return true;
  };
  return chunks;
}

/** What the command has set up for the end of its process. */
function endOfProcess() {
  for (const listener of process.listeners('exit').filter((each) => !own.includes(each))) {
    process.off('exit', listener);
    listener(process.exitCode ?? 0);
  }
}
