import { describe, expect, it } from 'vitest';
import { nothingToTrain, stateOf } from '../../../web/panels/states.js';
import { DEFAULT_SETUP } from '../../../web/setup/options.js';
import { ModelRun, type Status } from '../../../web/training/run.js';

function modelAt(step: number, status: Status = 'ready'): ModelRun {
  const model = new ModelRun('gpt', null);
  for (let i = 1; i <= step; i++) model.history.addStep({ step: i, loss: 2, seconds: i / 10 });
  model.status = status;
  return model;
}

describe('the state of a model', () => {
  it('says that it is loading, and whether it then trains', () => {
    const model = modelAt(0, 'opening');
    expect(stateOf(model)).toBe('GPT is loading');
    model.target = 5;
    expect(stateOf(model)).toBe('GPT is loading, then trains');
  });

  it('says where it is, how fast it is, and that it has heard of the pause', () => {
    expect(stateOf(modelAt(1))).toBe('GPT: step 1');
    const model = modelAt(40, 'running');
    model.target = 50;
    expect(stateOf(model)).toBe('GPT: step 40, 10.0 steps a second');
    model.target = 0;
    expect(stateOf(model)).toBe('GPT: step 40, stops after this one');
    expect(stateOf(modelAt(3, 'failed'))).toBe('GPT stopped');
  });
});

describe('nothingToTrain', () => {
  const setup = { ...DEFAULT_SETUP, steps: 3 };
  const reason = (ngpt: ModelRun, gpt: ModelRun) => nothingToTrain({ models: { ngpt, gpt }, setup });

  it('says at the end of the run how to give it more', () => {
    expect(reason(modelAt(3), modelAt(3))).toMatch(/^This run has reached its 3 steps\. .*“steps”.*“Go on”/);
    expect(reason(modelAt(4), modelAt(1, 'failed'))).toMatch(/has reached its 3 steps/);
  });

  it('says nothing where one of the two can go on', () => {
    expect(reason(modelAt(3), modelAt(2))).toBeNull();
    expect(reason(modelAt(1, 'failed'), modelAt(2))).toBeNull();
    expect(reason(modelAt(0, 'opening'), modelAt(0, 'opening'))).toBeNull();
  });

  it('says what to do where both have stopped', () => {
    expect(reason(modelAt(1, 'failed'), modelAt(3, 'failed'))).toMatch(
      /^Both models have stopped.*“Begin again”/,
    );
  });
});
