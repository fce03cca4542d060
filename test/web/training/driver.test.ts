import { describe, expect, it } from 'vitest';
import { BackendError, DataError, NumericError } from '../../../src/index.js';
import { decodeCheckpoint } from '../../../src/training/checkpoint/checkpoint.js';
import { readSafetensors } from '../../../src/training/checkpoint/safetensors.js';
import { openData } from '../../../web/data/open-data.js';
import { ARCHITECTURES, trainSettingsOf } from '../../../web/setup/train-settings.js';
import { Driver } from '../../../web/training/driver.js';
import type { Command, Message, Opening } from '../../../web/training/protocol.js';
import type { QuestionKind, QuestionOf } from '../../../web/training/questions.js';
import type { Session } from '../../../web/training/session.js';
import { freshState, record } from '../../helpers/models/training.js';
import { TINY } from './setup.js';

type Told<T extends Message['told']> = Extract<Message, { told: T }>;

/** A driver, and what it has told. `onMessage` is called as it does. */
class Heard {
  readonly messages: Message[] = [];
  readonly driver: Driver;

  constructor(onMessage: (message: Message, heard: Heard) => void = () => {}) {
    this.driver = new Driver((message) => {
      // As a worker would copy it.
      this.messages.push(structuredClone(message));
      onMessage(message, this);
    });
  }

  of<T extends Message['told']>(told: T): Told<T>[] {
    return this.messages.filter((message): message is Told<T> => message.told === told);
  }

  get points() {
    return this.of('steps').flatMap(({ points }) => points);
  }

  get losses() {
    return this.points.map(({ step, loss }) => [step, loss]);
  }

  get evaluations() {
    return this.of('evaluated').map(({ point: { step, trainLoss, valLoss } }) => ({
      step,
      trainLoss,
      valLoss,
    }));
  }

  async open(given: Partial<Opening> = {}): Promise<this> {
    const opening = { setup: TINY, arch: 'ngpt', ownText: null, checkpoint: null, ...given } as const;
    await this.driver.receive({ do: 'open', ...opening });
    return this;
  }

  async run(until: number, end = TINY.steps): Promise<this> {
    await this.driver.receive({ do: 'run', until, end });
    return this;
  }

  async ask<K extends QuestionKind>(question: QuestionOf<K>, id = 1): Promise<void> {
    await this.driver.receive({ do: 'ask', id, question: question as never } satisfies Command);
  }
}

describe('Driver', () => {
  it.each(ARCHITECTURES)(
    'makes of %s the losses that training in Node makes, to the last digit',
    async (arch) => {
      const settings = trainSettingsOf(TINY, arch);
      const { dataset } = await openData(TINY, null);
      const heard = await (await new Heard().open({ arch })).run(TINY.steps);
      const { events } = await record({ state: freshState(settings, dataset), settings, dataset });
      const steps = events.flatMap((event) => (event.event === 'step' ? [[event.step, event.loss]] : []));
      expect(heard.losses).toEqual(steps);
      expect(steps).toHaveLength(7);
      const evaluations = events.flatMap((event) =>
        event.event === 'eval'
          ? [{ step: event.step, trainLoss: event.trainLoss, valLoss: event.valLoss }]
          : [],
      );
      expect(heard.evaluations).toEqual(evaluations);
      expect(evaluations.map(({ step }) => step)).toEqual([0, 3, 6, 7]);
      expect(heard.of('failed')).toEqual([]);
    },
  );

  it('says of the model what holds from its first step to its last', async () => {
    const [{ facts }] = (await new Heard().open()).of('opened');
    expect(facts).toMatchObject({ backend: 'wasm', mode: 'simd', resumedFrom: 0 });
    expect(facts.characters).toHaveLength(facts.config.vocabSize);
    expect(facts.config).toMatchObject({ arch: 'ngpt', nEmbd: 8, nLayer: 1 });
    expect(facts.lines.map(({ name }) => name)).toEqual(['random', 'letter frequencies', 'pairs of letters']);
  });

  it.each(ARCHITECTURES)('goes on with %s from what it kept as if nothing had been', async (arch) => {
    const whole = await (await new Heard().open({ arch })).run(7);
    const before = await (await new Heard().open({ arch })).run(4);
    const { step, checkpoint } = before.of('kept').at(-1)!;
    expect(step).toBe(4);
    const after = await (await new Heard().open({ arch, checkpoint })).run(7);
    expect(after.of('opened')[0].facts.resumedFrom).toBe(4);
    expect([...before.losses, ...after.losses]).toEqual(whole.losses);
    expect(after.evaluations).toEqual(whole.evaluations.filter((point) => point.step > 4));
  });

  it('measures where it ends, and where it ends once more after it was extended', async () => {
    const heard = await (await new Heard().open()).run(7);
    await heard.run(8, 10);
    await heard.run(10, 10);
    expect(heard.evaluations.map(({ step }) => step)).toEqual([0, 3, 6, 7, 9, 10]);
  });

  it('keeps what it has when it rests, once', async () => {
    const heard = await (await new Heard().open()).run(2);
    expect(heard.of('kept').at(-1)?.step).toBe(2);
    const kept = heard.of('kept').length;
    await heard.run(2);
    await heard.ask({ kind: 'next', text: 'a' });
    expect(heard.of('kept')).toHaveLength(kept);
    const { config } = decodeCheckpoint(readSafetensors(heard.of('kept').at(-1)!.checkpoint));
    expect(config.arch).toBe('ngpt');
  });

  it('pauses after the step that is under way, and goes on where it was', async () => {
    const whole = await (await new Heard().open()).run(7);
    const heard = new Heard(({ told }, { driver }) => {
      if (told === 'kept') void driver.receive({ do: 'pause' });
    });
    await (await heard.open()).run(7);
    const [{ step }] = heard.of('paused');
    expect(step).toBeLessThan(7);
    while (heard.points.length < 7) await heard.run(7);
    expect(heard.losses).toEqual(whole.losses);
  });

  it('goes on when it is told to while it measures', async () => {
    let isTold = false;
    const heard = new Heard((message, { driver }) => {
      if (message.told !== 'evaluated' || message.point.step !== 3 || isTold) return;
      isTold = true;
      void driver.receive({ do: 'run', until: 5, end: 5 });
    });
    await (await heard.open()).run(3);
    expect(heard.points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
    expect(heard.of('paused').at(-1)?.step).toBe(5);
  });

  it('answers between two steps, and learns the same', async () => {
    const whole = await (await new Heard().open()).run(7);
    const heard = new Heard((message, { driver }) => {
      if (message.told !== 'evaluated' || message.point.step !== 3) return;
      const question = { kind: 'write', text: 'a', length: 5, temperature: 1, seed: 1 } as const;
      void driver.receive({ do: 'ask', id: 9, question });
    });
    await (await heard.open()).run(7);
    const order = heard.messages.map(({ told }) => told);
    expect(order.indexOf('answered')).toBeLessThan(order.indexOf('paused'));
    const [{ answer, id }] = heard.of('answered');
    expect(id).toBe(9);
    expect(heard.of('piece').map(({ text }) => text)).not.toHaveLength(0);
    expect(
      heard
        .of('piece')
        .map(({ text }) => text)
        .join(''),
    ).toBe(answer);
    expect(heard.losses).toEqual(whole.losses);
  });

  it('refuses a question with characters that it has never seen, and stays', async () => {
    const heard = await new Heard().open();
    await heard.ask({ kind: 'next', text: 'ü' }, 3);
    const [refused] = heard.of('refused');
    expect(refused).toMatchObject({ id: 3, message: expect.stringContaining('ü') });
    await heard.run(1);
    expect(heard.of('failed')).toEqual([]);
    expect(heard.points).toHaveLength(1);
  });

  it.each([
    ['input', { setup: { ...TINY, nEmbd: 7 } }],
    ['input', { setup: { ...TINY, data: 'own', ownText: null } }],
    ['input', { checkpoint: Uint8Array.of(1, 2, 3) }],
    ['device', { setup: { ...TINY, mode: 'webgpu' } }],
  ] as const)('tells what will not do as a failure of kind %s', async (kind, given) => {
    const heard = await new Heard().open(given as Partial<Opening>);
    expect(heard.of('failed').map(({ failure }) => failure.kind)).toEqual([kind]);
    expect(heard.of('failed')[0].failure.message).toMatch(/^[^\n]{10,}$/);
    await heard.run(3);
    expect(heard.of('steps')).toEqual([]);
  });

  it.each([
    ['number', new NumericError('the loss became NaN')],
    ['device', new BackendError('the device was lost')],
    ['memory', new RangeError('Array buffer allocation failed')],
    ['memory', new WebAssembly.RuntimeError('could not grow memory')],
    ['input', new DataError('too short')],
    ['other', new TypeError('x is undefined')],
  ] as const)('tells what goes wrong in a step as a failure of kind %s', async (kind, error) => {
    const heard = await (await new Heard().open()).run(2);
    const { session } = heard.driver as unknown as { session: { step(): Promise<never> } };
    session.step = () => Promise.reject(error);
    await heard.run(5);
    expect(heard.of('failed').map(({ failure }) => failure)).toEqual([
      { kind, message: error.message, step: 2 },
    ]);
  });

  it('tells of every step before it tells that one went wrong, for whoever hears nothing after', async () => {
    const heard = await new Heard().open();
    const { session } = heard.driver as unknown as { session: Session };
    const step = session.step.bind(session);
    const lost = new NumericError('the loss became NaN at step 5');
    session.step = () => (session.state.step === 4 ? Promise.reject(lost) : step());
    await heard.run(7);
    const order = heard.messages.map(({ told }) => told);
    const before = heard.messages.slice(0, order.indexOf('failed'));
    const told = before.flatMap((message) => (message.told === 'steps' ? message.points : []));
    expect(told.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  });

  it('does not go on from a checkpoint of the other model', async () => {
    const gpt = await (await new Heard().open({ arch: 'gpt' })).run(1);
    const { checkpoint } = gpt.of('kept')[0];
    const [{ failure }] = (await new Heard().open({ checkpoint })).of('failed');
    expect(failure).toMatchObject({
      kind: 'input',
      message: "this checkpoint is of the model 'gpt', not 'ngpt'",
    });
  });
});
