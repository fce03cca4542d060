import { describe, expect, it } from 'vitest';
import { reportText } from '../../../src/cli/inspect/report-text.js';
import { distributionOf } from '../../../src/experiments/inspect/distribution.js';
import type { MatrixReport, ModelReport } from '../../../src/experiments/inspect/model-report.js';
import { tinyConfig } from '../../helpers/models/models.js';

const same = distributionOf([2, 2]);
const wide = distributionOf([0, 1, 1, 4]);

function matrix(...conditionNumbers: (number | null)[]): MatrixReport {
  return { conditionNumber: conditionNumbers[0], conditionNumbers, singularValues: [] };
}

function report(given: Partial<ModelReport> = {}): ModelReport {
  const layer = { attentionAlpha: wide, mlpAlpha: same, sqk: same, su: same, sv: same };
  const table = { norms: wide, cosines: null, sampled: 3, eigenvalues: [6, 2, 1, 0] };
  const matrices = {
    ...{ query: matrix(1234.5), key: matrix(2, null), value: matrix(2), attentionOutput: matrix(2) },
    ...{ mlpU: matrix(1.2345), mlpV: matrix(12345678), mlpOutput: matrix(null) },
  };
  const turn = { mean: Math.PI / 2, min: 0, max: Math.PI };
  const angles = { attentionAngle: turn, mlpAngle: turn, blockAngle: turn };
  return {
    ...{ event: 'inspect', version: 1, checkpoint: 'out', step: 1, parameters: 1234, config: tinyConfig() },
    scales: { layers: [layer], sz: wide },
    embeddings: { input: table, output: null },
    matrices: [matrices],
    hidden: {
      ...{ data: 'text', blocks: 2, blockSize: 1024, seed: 1, evenFirstTokenShare: 0.5 },
      norms: [same, wide],
      layers: [{ ...angles, firstTokenShare: [0, 0.256] }],
    },
    ...given,
  };
}

describe('reportText', () => {
  it('has the numbers with three digits, and says what is special about them', () => {
    const lines = reportText(report()).split('\n');
    for (const line of [
      'out: nGPT of 1,234 parameters after 1 step',
      '1       1.5 (0 to 4)   2       2      2     2',
      'embeddings (the head is the same table): mean (least to greatest)',
      '        norm           cosine of pairs, 3 of 4 tokens drawn   largest / median eigenvalue',
      'input   1.5 (0 to 4)   no pairs                               4',
      '1       1,230   2     2       2        1.23    12300000   infinite',
      'an infinite one is that of a matrix without full rank',
      'hidden states, on 2 blocks of 1,024 tokens of the validation split of text',
      'embedding   2',
      '1           1.5 (0 to 4)   90.0°             90.0°       90.0°   0.0 % 25.6 %',
      'attention to all tokens alike would give the first 50.0 %',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.find((line) => line.startsWith('s_z'))).toMatch(/^s_z 1\.5 \(0 to 4\) {3}▅ {7}█ {22}▅$/);
  });

  it('has bars around α but where it acts with its sign', () => {
    expect(reportText(report())).toMatch(/\nlayer +\|α_A\| +\|α_M\| /);
    expect(reportText(report({ config: tinyConfig({ signedAlpha: true }) }))).toMatch(/\nlayer +α_A +α_M /);
  });

  it('leaves out what is not there', () => {
    const { hidden } = report();
    const [layer] = hidden.layers;
    const text = reportText(
      report({
        scales: null,
        hidden: { ...hidden, blockSize: 1, layers: [{ ...layer, firstTokenShare: null }] },
      }),
    );
    expect(text).not.toMatch(/scales|alike/);
    expect(text).toMatch(/90\.0° {3}none\n/);
  });
});
