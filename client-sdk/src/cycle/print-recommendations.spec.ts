import { costOf, defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
import { describe, expect, it } from '@jest/globals';
import { formatRecommendations } from './print-recommendations.js';

describe('formatRecommendations', () => {
  const configuration = defaultConfiguration(faceDetectorSpace);
  const item = {
    score: 1.25,
    spread: 0.3,
    reason: 'RANKER',
    configurationId: '',
    configuration,
    cost: costOf(configuration),
  };
  const driver = (dimension: string, value: string | number, instead: string | number, gain: number | null) => ({
    dimension,
    value,
    instead,
    gain,
  });
  const recommended = {
    recommendations: [
      {
        ...item,
        rank: 1,
        explanation: {
          caution: 0.5,
          againstDefault: [
            driver('inputSize', 320, 256, 0.625),
            driver('batch', 16, 8, -0.25),
            driver('depth', 3, 2, 0.001),
            driver('learningRate', 0.1, 0.01, null),
          ],
          againstNext: [driver('inputSize', 320, 128, 1)],
        },
      },
      { ...item, rank: 2, explanation: { caution: 0, againstDefault: [], againstNext: [] } },
      { ...item, rank: 3, explanation: null },
    ],
    neighbours: [
      { name: 'Open portraits', distance: 0.125, bestScore: 0.9 },
      { name: null, distance: 0.5, bestScore: null },
    ],
    expectedRegret: { first: 0.02, firstError: 0.005, bestOfThree: 0.01, bestOfThreeError: 0.004, tasks: 13 },
  };

  it('says why each stands where it stands', () => {
    const lines = formatRecommendations(recommended, true).trimEnd().split('\n');
    expect(lines).toContain(
      '   against the default: inputSize 320, not 256 +0.63; batch 16, not 8 -0.25; nearly nothing: depth; not possible alone: learningRate',
    );
    expect(lines).toContain('   against number 2: inputSize 320, not 128 +1.00');
    expect(lines).toContain('   against the default: it is the default');
    expect(lines.slice(-2)).toEqual([
      'nearest past tasks: Open portraits at 0.125, best AP50 0.900; an anonymous one at 0.500',
      'expected regret: AP50 0.020 ± 0.005 for the first, 0.010 ± 0.004 for the best of three, among what was tried on 13 tasks that the model had not seen',
    ]);
    const bare = formatRecommendations({ ...recommended, neighbours: [], expectedRegret: null }, true);
    expect(bare).toContain('none is known');
    expect(bare).toContain('nothing was judged yet');
  });

  it('is short unless asked', () => {
    const lines = formatRecommendations(recommended).trimEnd().split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^1\. RANKER \d+\.\d MMACs \d+ bytes$/);
    expect(JSON.parse(lines[1] ?? '')).toEqual(configuration.values);
  });
});
