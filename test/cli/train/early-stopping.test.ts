import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonLines, runHosted, SMALL_MODEL, testFolder } from '../../helpers/cli.js';

const folder = testFolder();

describe('ngpt train --early-stopping', () => {
  const given = [
    'train',
    ...SMALL_MODEL,
    '--max-iters',
    '50',
    '--eval-interval',
    '2',
    '--learning-rate',
    '0',
  ];

  it('ends well, says so and how to go on, and the run is a finished one', async () => {
    const outDir = join(folder.path, 'run');
    const early = [...given, '--early-stopping', '2', '--out-dir', outDir];
    const { code, stdout, stderr } = await runHosted([...early, '--json']);
    expect(code).toBe(0);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ event: 'done', reason: 'early-stopping', steps: 4 });
    const [note, options] = /^(ended early.*?): n.* (train .*)\n$/
      .exec(stderr.replace('go on all the same: ', ': '))!
      .slice(1);
    expect(note).toMatch(
      /^ended early, after step 4: 2 evaluations without a better validation loss than 4\.\d{4}; to /,
    );
    const further = await runHosted([...options.split(' '), '--json', '--max-iters', '6']);
    expect(jsonLines(further.stdout).at(-1)).toMatchObject({ reason: 'max-iters', steps: 6 });

    const report = await runHosted(early);
    expect(report.stdout).toMatch(/ended early, after step 4: [\s\S]*validation loss {3}4\.\d{4} nats/);
    await runHosted(early);
    expect((await readdir(outDir)).filter((name) => name.startsWith('kept-'))).toHaveLength(2);
  });
});
