import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { BarView } from '../../../src/cli/train/progress.js';
import type { StartEvent, StepEvent } from '../../../src/training/loop/events.js';
import { modelConfigFor, trainSettings } from '../../../src/training/settings/settings.js';

/** What a terminal of this width is sent for a step, or during an evaluation. */
function send(columns: number, maxIters: number, msPerStep: number | null, end: 'close' | 'exit'): string {
  let sent = '';
  const terminal = Object.assign(new PassThrough(), {
    isTTY: true,
    columns,
  }) as unknown as NodeJS.WriteStream;
  terminal.on('data', (part) => {
    sent += part;
  });
  const view = new BarView(terminal);
  const settings = trainSettings({ maxIters });
  const config = modelConfigFor(settings, 65);
  const start: StartEvent = {
    ...{ ...settings, ...config, event: 'start', data: 'text', trainTokens: 1000, valTokens: 1000 },
    ...{ backend: 'wasm', mode: 'simd', parameters: 1, estimatedBytes: 1, resumedFrom: 0 },
  };
  view.show(start);
  const memory = [0, 1].map(() => ({ usedBytes: 1, reservedBytes: 6e9 }));
  const step: StepEvent = {
    ...{ event: 'step', step: 1, loss: 12.3456, lr: 1, tokensPerSecond: 1, msPerStep: 1, memory },
  };
  if (msPerStep === null) view.evaluating(3, 40);
  else view.show({ ...step, msPerStep });
  const onExit = process.listeners('exit').at(-1);
  if (end === 'close') view.close();
  else onExit?.(0);
  return sent;
}

/** The same, without cursor movements. */
function draw(columns: number, maxIters: number, msPerStep: number | null): string {
  return stripVTControlCharacters(send(columns, maxIters, msPerStep, 'close'));
}

/** The progress bars among it: the figures follow each other without line breaks. */
const bars = (drawn: string) => drawn.match(/step \d+\/\d+ \|.*? left/g) ?? [];

describe('the progress bar', () => {
  it.each([
    [80, 2000, 60],
    [80, 600_000, 6],
    [100, 600_000, 20],
    [72, 800, 50],
  ])('fits %i columns, with a bar', (columns, maxIters, msPerStep) => {
    const drawn = bars(draw(columns, maxIters, msPerStep));
    expect(drawn).not.toEqual([]);
    for (const bar of drawn) {
      expect(bar.length).toBeLessThan(columns);
      expect(bar).toMatch(/\|[█░]{3,}\|/);
    }
    expect(drawn.at(-1)).toMatch(/ loss 12\.3456 \| [\d,]+ tokens\/s \| (?:12,000 MB \| )?\d+ .* left$/);
  });

  it('tells the memory of all threads where that leaves a bar', () => {
    expect(bars(draw(100, 2000, 60)).at(-1)).toMatch(/ tokens\/s \| 12,000 MB \| .* left$/);
    expect(bars(draw(80, 2000, 60)).at(-1)).not.toContain('MB');
  });

  it('lets lines wrap again, also where the process quits in the middle', () => {
    const listeners = process.listenerCount('exit');
    for (const end of ['close', 'exit'] as const) {
      const sent = send(80, 2000, 60, end);
      expect(sent.lastIndexOf('\x1b[?7h')).toBeGreaterThan(sent.lastIndexOf('\x1b[?7l'));
    }
    expect(process.listenerCount('exit')).toBe(listeners);
  });

  it('tells how far an evaluation is', () => {
    expect(draw(80, 2000, null)).toMatch(/ \| evaluating 3\/40/);
  });

  it('is no longer than forty characters, and leaves a narrow terminal to the figures', () => {
    expect(bars(draw(200, 2000, 60)).at(-1)).toMatch(/\|[█░]{40}\|/);
    expect(draw(40, 2000, 60)).toContain('step 1/2000 || loss 12.3456');
  });
});
