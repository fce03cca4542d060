import { describe, expect, it } from 'vitest';
import { Notices } from '../../../web/panels/notices.js';

describe('Notices', () => {
  it('are the latest of each model and of the page', () => {
    const notices = new Notices();
    expect(notices.text).toBe('');
    notices.say('ngpt', 'out of memory');
    notices.say(null, 'The storage is full.');
    notices.say('gpt', 'the loss became NaN');
    notices.say('ngpt', 'lost');
    expect(notices.text).toBe('The storage is full.\nGPT: the loss became NaN\nnGPT: lost');
    notices.say(null, '');
    expect(notices.text).toBe('GPT: the loss became NaN\nnGPT: lost');
    notices.clear();
    expect(notices.text).toBe('');
  });

  it('have one thing to do, beside what else is said, until they are put away', () => {
    const notices = new Notices();
    expect(notices.offer).toBeNull();
    const offers = ['one', 'other'].map((label) => ({ label, take() {} }));
    notices.say(null, 'A first run is kept.', offers[0]);
    notices.say(null, 'A run is kept.', offers[1]);
    notices.say(null, 'The storage is full.');
    notices.say('ngpt', 'lost');
    notices.say('gpt', 'lost');
    expect(notices.text).toBe('Both models: lost\nA run is kept.\nThe storage is full.');
    expect(notices.offer).toBe(offers[1]);
    notices.clear();
    expect([notices.text, notices.offer]).toEqual(['', null]);
  });

  it('say what is true of both models once', () => {
    const notices = new Notices();
    notices.say('gpt', 'no WebGPU: here');
    notices.say('ngpt', 'no WebGPU: here');
    expect(notices.text).toBe('Both models: no WebGPU: here');
    notices.say(null, 'Hello.');
    expect(notices.text).toBe('Both models: no WebGPU: here\nHello.');
  });
});
