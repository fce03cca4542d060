import { describe, expect, it } from 'vitest';
import { historiesCsv, rowsCsv } from '../../../web/keeping/csv.js';
import { History } from '../../../web/training/history.js';

describe('historiesCsv', () => {
  it('has a row for each step and evaluation, with all digits', () => {
    const ngpt = new History();
    ngpt.addStep({ step: 1, loss: 0.1 + 0.2, seconds: 0.5 });
    ngpt.addEvaluation({ step: 1, trainLoss: 1 / 3, valLoss: 2, seconds: 0.5 });
    const gpt = new History();
    gpt.addStep({ step: 1, loss: Number.NaN, seconds: 1e-7 });
    expect(historiesCsv({ ngpt, gpt })).toBe(
      [
        'model,event,step,seconds,loss,train_loss,val_loss',
        'ngpt,step,1,0.5,0.30000000000000004,,',
        'ngpt,eval,1,0.5,,0.3333333333333333,2',
        'gpt,step,1,1e-7,NaN,,',
        '',
      ].join('\n'),
    );
  });

  it('is a header alone before the first step', () => {
    expect(historiesCsv({ ngpt: new History(), gpt: new History() }).split('\n')).toHaveLength(2);
  });
});

describe('rowsCsv', () => {
  it('quotes what would end a cell or a row, and nothing else', () => {
    expect(
      rowsCsv([
        ['after', 'nGPT: angle'],
        ['a, b', 'he said "no"'],
        ['two\nlines', ''],
      ]),
    ).toBe('after,nGPT: angle\n"a, b","he said ""no"""\n"two\nlines",\n');
  });
});
