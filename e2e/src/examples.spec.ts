import { describe, expect, it } from '@jest/globals';
import { compileExamples } from './examples.js';

const { examples, without } = compileExamples({
  '@edgelore/search-space': 'libs/search-space',
  '@edgelore/descriptors': 'libs/descriptors',
  '@edgelore/ranking': 'libs/ranking',
  '@edgelore/privacy': 'libs/privacy',
  '@edgelore/detection': 'libs/detection',
  '@edgelore/federation': 'libs/federation',
  '@edgelore/client': 'client-sdk',
});

describe('the examples of the documentation', () => {
  it.each(examples)('$packageName $name', async ({ file, problems }) => {
    expect(problems).toEqual([]);
    await import(file);
  });

  it('stand at every function of the search space, of ranking and of privacy', () => {
    const missing = without.filter((name) => /^@edgelore\/(search-space|ranking|privacy) /.test(name));
    // The examples of `trainRanker`, `localUpdate` and `simulateRounds` show what goes with them.
    const shown = [
      'gate',
      'judgeExtractor',
      'makeRoundLesson',
      'parseRoundLesson',
      'rank',
      'recommend',
      'roundChanges',
    ];
    expect(missing.sort()).toEqual([...shown, 'updatedExtractor'].map((name) => `@edgelore/ranking ${name}`));
  });
});
