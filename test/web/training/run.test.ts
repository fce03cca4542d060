import { beforeEach, describe, expect, it, vi } from 'vitest';
import { init } from '../../../src/index.js';
import { decodeCheckpoint } from '../../../src/training/checkpoint/checkpoint.js';
import { readSafetensors } from '../../../src/training/checkpoint/safetensors.js';
import { DEFAULT_SETUP } from '../../../web/setup/options.js';
import { type Change, Run } from '../../../web/training/run.js';
import { tinyCheckpoint } from '../../helpers/models/training.js';
import { FACTS, FakePort, steps } from './port.js';

let ports: FakePort[];
let changes: Change[];
let run: Run;

beforeEach(() => {
  ports = [];
  changes = [];
  run = new Run({
    ...{ setup: DEFAULT_SETUP, ownText: null },
    startWorker() {
      const port = new FakePort();
      ports.push(port);
      return port;
    },
  });
  run.on((change) => changes.push(change));
});

function openBoth(): void {
  for (const port of ports) port.say({ told: 'opened', facts: FACTS });
}

describe('Run', () => {
  it('opens both models from the same setup', () => {
    expect(ports.map(({ commands }) => commands)).toEqual(
      ['ngpt', 'gpt'].map((arch) => [
        { do: 'open', setup: DEFAULT_SETUP, arch, ownText: null, checkpoint: null },
      ]),
    );
  });

  it('trains as soon as a model is there, if told to before', () => {
    run.start(7);
    // The wish is known at once, and there is nothing in the workers yet that it would have to be taken back from.
    expect(run.isRunning).toBe(true);
    expect(changes).toContainEqual({ what: 'status', arch: 'gpt' });
    expect(ports.map(({ last }) => last?.do)).toEqual(['open', 'open']);
    openBoth();
    expect(ports.map(({ last }) => last)).toEqual([
      { do: 'run', until: 7, end: DEFAULT_SETUP.steps },
      { do: 'run', until: 7, end: DEFAULT_SETUP.steps },
    ]);
    expect(run.isRunning).toBe(true);
    for (const port of ports) port.say({ told: 'paused', step: 7 });
    expect(run.isRunning).toBe(false);
  });

  it('does not train where the wish was taken back before a model was there', () => {
    run.start(7);
    run.pause();
    expect(run.isRunning).toBe(false);
    openBoth();
    expect(run.isRunning).toBe(false);
    expect(ports.flatMap(({ commands }) => commands.map((command) => command.do))).not.toContain('run');
  });

  it('adds up single steps that are asked for faster than they are made, or before a model is there', () => {
    run.step();
    run.step();
    openBoth();
    run.step();
    expect(run.mayStep).toBe(true);
    expect(ports.map(({ last }) => last)).toEqual([
      { do: 'run', until: 3, end: DEFAULT_SETUP.steps },
      { do: 'run', until: 3, end: DEFAULT_SETUP.steps },
    ]);
    run.start();
    expect(run.mayStep).toBe(false);
    run.pause();
    // Not before both have stopped: a step that is under way would be taken for the one that is asked for.
    expect(run.mayStep).toBe(false);
    for (const port of ports) port.say({ told: 'paused', step: 2 });
    expect(run.mayStep).toBe(true);
  });

  it('says where the run ends since it was extended', () => {
    openBoth();
    run.setup = { ...run.setup, steps: 12 };
    run.start();
    expect(ports.map(({ last }) => last)).toEqual([
      { do: 'run', until: 12, end: 12 },
      { do: 'run', until: 12, end: 12 },
    ]);
  });

  it('makes one step of each, from where each is', () => {
    openBoth();
    ports[0].say(steps(1, 2, 3));
    run.step();
    expect(ports.map(({ last }) => last)).toEqual([
      { do: 'run', until: 4, end: DEFAULT_SETUP.steps },
      { do: 'run', until: 1, end: DEFAULT_SETUP.steps },
    ]);
  });

  it('goes on from the last state that was kept when a worker dies, and says so', () => {
    openBoth();
    run.start(9);
    ports[0].say(steps(1, 2, 3));
    ports[0].say({ told: 'kept', step: 2, checkpoint: Uint8Array.of(7) });
    ports[0].onerror?.({ message: 'out of memory' });
    expect(ports[0].isEnded).toBe(true);
    expect(ports).toHaveLength(3);
    expect(ports[2].last).toMatchObject({ do: 'open', arch: 'ngpt', checkpoint: Uint8Array.of(7) });
    expect(run.models.ngpt.history.lastStep).toBe(2);
    expect(changes).toContainEqual({
      ...{ what: 'notice', arch: 'ngpt' },
      text: 'out of memory (at step 3); it goes on from step 2',
    });
    ports[2].say({ told: 'opened', facts: FACTS });
    expect(ports[2].last).toEqual({ do: 'run', until: 9, end: DEFAULT_SETUP.steps });
  });

  it('says that the machine may be offline where a worker cannot be started', () => {
    ports[0].onerror?.({});
    expect(run.models.ngpt.status).toBe('failed');
    expect(changes).toContainEqual({
      ...{ what: 'notice', arch: 'ngpt' },
      text: expect.stringMatching(/could not be started: maybe this machine is offline/),
    });
  });

  it('gives up where starting again does not help', () => {
    openBoth();
    for (let i = 0; i < 4; i++) {
      ports.at(-1)?.onerror?.({ message: 'lost' });
      ports.at(-1)?.say({ told: 'opened', facts: FACTS });
    }
    expect(run.models.gpt.status).toBe('failed');
    expect(ports).toHaveLength(2 + 3);
  });

  it('does not start again what diverged or was refused', () => {
    openBoth();
    ports[1].say({ told: 'failed', failure: { kind: 'number', message: 'the loss became NaN', step: 5 } });
    expect(run.models.gpt.status).toBe('failed');
    expect(ports).toHaveLength(2);
    expect(changes).toContainEqual({
      ...{ what: 'notice', arch: 'gpt' },
      text: 'the loss became NaN: begin again with a smaller learning rate of GPT than 0.003. No state of before is left.',
    });
    run.start(9);
    expect(ports[0].last).toEqual({ do: 'run', until: 9, end: DEFAULT_SETUP.steps });
    expect(ports[1].last).toMatchObject({ do: 'open' });
  });

  it('says of a model that diverged what is left of it, also to whoever asks it something, and gives that', async () => {
    openBoth();
    ports[0].say({ told: 'kept', step: 1200, checkpoint: Uint8Array.of(7) });
    const asked = run.ask<'next'>('ngpt', { kind: 'next', text: 'a' });
    ports[0].say({ told: 'failed', failure: { kind: 'number', message: 'the loss became NaN', step: 1203 } });
    const words =
      'the loss became NaN: begin again with a smaller learning rate of nGPT than 0.005. ' +
      'Its last good state, after step 1,200, is what "Save nGPT" saves.';
    expect(changes).toContainEqual({ what: 'notice', arch: 'ngpt', text: words });
    await expect(asked).rejects.toThrow(words);
    expect(await run.checkpoint('ngpt')).toMatchObject({ step: 1200, checkpoint: Uint8Array.of(7) });
    ports[1].say({ told: 'failed', failure: { kind: 'number', message: 'the loss became NaN', step: 1 } });
    await expect(run.checkpoint('gpt')).rejects.toThrow('No state of before is left.');
  });

  it('names the step of a state by the state', async () => {
    openBoth();
    await init('wasm');
    const checkpoint = await tinyCheckpoint('ngpt');
    const { step } = decodeCheckpoint(readSafetensors(checkpoint));
    expect(step).toBeGreaterThan(0);
    const asked = run.checkpoint('ngpt');
    ports[0].say({ told: 'answered', id: 1, answer: checkpoint });
    // Of its steps the page has heard nothing yet.
    expect(run.models.ngpt.step).toBe(0);
    expect(await asked).toEqual({ step, checkpoint });
  });

  it('answers questions, in pieces where they come so, and refuses those that are lost', async () => {
    openBoth();
    const pieces: string[] = [];
    const question = { kind: 'write', text: 'a', length: 2, temperature: 1, seed: 1 } as const;
    const asked = run.ask<'write'>('ngpt', question, (text) => pieces.push(text));
    ports[0].say({ told: 'piece', id: 1, text: 'b' });
    ports[0].say({ told: 'answered', id: 1, answer: 'bc' });
    expect(await asked).toBe('bc');
    expect(pieces).toEqual(['b']);
    const refused = run.ask<'next'>('ngpt', { kind: 'next', text: 'ü' });
    ports[0].say({ told: 'refused', id: 2, message: 'no ü' });
    await expect(refused).rejects.toThrow('no ü');
    const lost = run.ask<'next'>('gpt', { kind: 'next', text: 'a' });
    run.close();
    await expect(lost).rejects.toThrow('the run was closed');
    expect(ports.every(({ isEnded }) => isEnded)).toBe(true);
  });

  it('refuses at once what is asked of a model that was given up', async () => {
    openBoth();
    ports[0].say({ told: 'failed', failure: { kind: 'number', message: 'the loss became NaN', step: 5 } });
    await expect(run.ask('ngpt', { kind: 'inside' })).rejects.toThrow('the loss became NaN');
    run.close();
    await expect(run.ask('gpt', { kind: 'inside' })).rejects.toThrow('the run was closed');
  });

  it('gives up what fails at the same step again and again', () => {
    openBoth();
    for (let i = 0; i < 4; i++) {
      ports.at(-1)?.say({ told: 'kept', step: 4, checkpoint: Uint8Array.of(7) });
      ports.at(-1)?.say(steps(5, 6));
      ports.at(-1)?.say({ told: 'failed', failure: { kind: 'memory', message: 'full', step: 6 } });
      ports.at(-1)?.say({ told: 'opened', facts: FACTS });
    }
    expect(run.models.gpt.status).toBe('failed');
    expect(ports).toHaveLength(2 + 3);
  });

  it('starts again as often as it comes further', () => {
    openBoth();
    for (let i = 1; i <= 6; i++) {
      ports.at(-1)?.say(steps(i));
      ports.at(-1)?.say({ told: 'kept', step: i, checkpoint: Uint8Array.of(7) });
      ports.at(-1)?.say({ told: 'failed', failure: { kind: 'device', message: 'lost', step: i } });
      ports.at(-1)?.say({ told: 'opened', facts: FACTS });
    }
    expect(run.models.gpt.status).toBe('ready');
  });

  it('counts seconds on where a worker took over', () => {
    openBoth();
    ports[0].say(steps(1, 2));
    ports[0].say({ told: 'kept', step: 2, checkpoint: Uint8Array.of(7) });
    ports[0].onerror?.({ message: 'lost' });
    ports[2].say({ told: 'opened', facts: FACTS });
    ports[2].say({ told: 'steps', points: [{ step: 3, loss: 2, seconds: 0.5 }] });
    ports[2].say({ told: 'evaluated', point: { step: 3, trainLoss: 1, valLoss: 1, seconds: 0.5 } });
    const { steps: made, evaluations } = run.models.ngpt.history;
    expect(made.seconds).toEqual([1, 2, 2.5]);
    expect(evaluations.seconds).toEqual([2.5]);
  });

  it('runs where it was told to go on before a worker had paused', () => {
    openBoth();
    run.start(9);
    run.pause();
    run.start(9);
    for (const port of ports) port.say({ told: 'paused', step: 3 });
    expect(run.isRunning).toBe(true);
    for (const port of ports) port.say({ told: 'paused', step: 9 });
    expect(run.isRunning).toBe(false);
  });

  it('ends its workers when each has told its last state, and those that rest at once', async () => {
    openBoth();
    run.step();
    ports[1].say({ told: 'paused', step: 1 });
    const ended = run.end();
    expect(run.end()).toBe(ended);
    expect(ports.map(({ last }) => last)).toEqual([{ do: 'pause' }, { do: 'pause' }]);
    await Promise.resolve();
    expect(ports.map(({ isEnded }) => isEnded)).toEqual([false, false]);
    ports[0].say(steps(1));
    ports[0].say({ told: 'kept', step: 1, checkpoint: Uint8Array.of(7) });
    ports[0].say({ told: 'paused', step: 1 });
    await ended;
    expect(ports.map(({ isEnded }) => isEnded)).toEqual([true, true]);
    expect(run.models.ngpt.kept?.step).toBe(1);
    expect(run.models.ngpt.history.lastStep).toBe(1);
  });

  it('ends without a worker that fails or dies on the way to its rest', async () => {
    openBoth();
    run.start(9);
    ports[0].say({ told: 'failed', failure: { kind: 'number', message: 'the loss became NaN', step: 5 } });
    const ended = run.end();
    ports[1].onerror?.({ message: 'out of memory' });
    await ended;
    expect(ports.every(({ isEnded }) => isEnded)).toBe(true);
  });

  it('does not wait for ever for a worker that never comes to rest', async () => {
    vi.useFakeTimers();
    try {
      openBoth();
      run.start(9);
      const ended = run.end();
      await vi.advanceTimersByTimeAsync(9000);
      expect(ports[0].isEnded).toBe(false);
      await vi.advanceTimersByTimeAsync(2000);
      await ended;
      expect(ports[0].isEnded).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('hears nothing of a run that was closed', () => {
    openBoth();
    run.close();
    const heard = changes.length;
    ports[0].say(steps(1));
    expect(changes).toHaveLength(heard);
    expect(run.models.ngpt.history.lastStep).toBe(0);
  });
});
