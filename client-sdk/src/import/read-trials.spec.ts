import { configurationId, defaultConfiguration, faceDetectorSpace, sampleConfigurations } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { failureOf } from '../testing/failure-of.js';
import { ImageFolder } from '../testing/image-folder.js';
import { readCsv } from './read-csv.js';
import { readTrials } from './read-trials.js';

describe('readCsv', () => {
  it('reads back whatever is written as RFC 4180 says', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', ' ', 'ä') });
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
      );
    const quote = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean(), (rows, end, ended, marked) => {
        const lines = rows.map((row) => row.map(quote).join(','));
        const text = `${marked ? '\uFEFF' : ''}${lines.join(end)}${ended ? end : ''}`;
        const read = readCsv(text, 'file.csv');
        expect(read.map(({ cells }) => cells)).toEqual(rows);
        const heights = lines.map((line) => line.split('\n').length);
        expect(read.map(({ line }) => line)).toEqual(
          rows.map((_, at) => 1 + heights.slice(0, at).reduce((a, b) => a + b, 0)),
        );
      }),
    );
  });

  it('passes over empty lines, and keeps the count of lines', () => {
    expect(readCsv('a\n\n\r\nb\n', 'x').map(({ line, cells }) => [line, ...cells])).toEqual([
      [1, 'a'],
      [4, 'b'],
    ]);
    expect(readCsv('', 'x')).toEqual([]);
    expect(readCsv('a,\n', 'x')[0]?.cells).toEqual(['a', '']);
  });
});

describe('readTrials', () => {
  let folder: ImageFolder;
  beforeAll(async () => {
    folder = await ImageFolder.create();
  });
  afterAll(() => folder.remove());
  const read = async (text: string) => {
    await folder.text('trials.csv', text);
    return readTrials(folder.path('trials.csv'));
  };
  const standard = defaultConfiguration(faceDetectorSpace);

  it('reads configurations by dimension and as JSON alike', async () => {
    const configurations = sampleConfigurations(faceDetectorSpace, 20, seededRandom(3));
    const names = faceDetectorSpace.dimensions.map(({ name }) => name);
    const scores = configurations.map((_, at) => at / 40);
    const columns = [
      [...names, 'ap50', 'steps'].join(','),
      ...configurations.map(({ values }, at) => [...names.map((name) => values[name]), scores[at], 100].join(',')),
    ];
    const json = (value: object) => `"${JSON.stringify(value).replaceAll('"', '""')}"`;
    const whole = ['steps,configuration,ap50', ...configurations.map((each, at) => `100,${json(each)},${scores[at]}`)];
    const values = [
      'configuration,ap50,steps',
      ...configurations.map((each, at) => `${json(each.values)},${scores[at]},100`),
    ];
    const first = await read(columns.join('\n'));
    expect(first.map(({ configuration }) => configuration)).toEqual(configurations);
    expect(first.map(({ ap50 }) => ap50)).toEqual(scores);
    expect(await read(whole.join('\r\n'))).toEqual(first);
    expect(await read(values.join('\n'))).toEqual(first);
  });

  it('takes defaults for what is missing, and what is written twice once', async () => {
    const trials = await read('ap50,batch,learningRate,seconds\n0.5,,0.010,\n0.5,8,1e-2,0\n0.25,32,,60\n');
    expect(trials).toHaveLength(2);
    expect(trials[0]).toMatchObject({ configuration: standard, ap50: 0.5, seconds: 0, steps: null });
    expect(trials[1]?.configuration.values.batch).toBe(32);
    expect(configurationId(trials[0]?.configuration ?? standard)).toBe(configurationId(standard));
  });

  it.each([
    ['ap50,colour\n0.5,red\n', ':1', '"colour"'],
    ['ap50,ap50\n0.5,0.5\n', ':1', 'ap50 twice'],
    ['batch\n8\n', ':1', 'no column ap50'],
    ['configuration,batch,ap50\n{},8,0.5\n', ':1', 'both configuration and batch'],
    ['ap50\n0.5\n1.2\n', ':3', 'column ap50'],
    ['ap50,batch\n0.5,8\n,8\n', ':3', 'column ap50: is empty'],
    ['ap50,batch\n0.5,9\n', ':2', 'column batch: use one of 8, 16, 32'],
    ['ap50,optimiser,learningRate\n0.5,adam,0.1\n', ':2', 'column learningRate'],
    ['ap50,seconds\n0.5,-1\n', ':2', 'column seconds'],
    ['ap50,seconds\n0.5,fast\n', ':2', 'column seconds'],
    ['ap50,steps\n0.5,1.5\n', ':2', 'column steps'],
    ['ap50,configuration\n0.5,{\n', ':2', 'column configuration: is no JSON'],
    ['ap50,configuration\n0.5,3\n', ':2', 'column configuration: is no JSON object'],
    ['ap50,configuration\n0.5,"{""depth"": 7}"\n', ':2', 'column configuration, depth'],
    ['ap50,configuration\n0.5,"{""space"": ""other/1"", ""values"": {}}"\n', ':2', 'face-detector/1'],
    ['ap50,batch\n0.5\n', ':2', '1 fields where the first row has 2'],
    ['ap50,batch\n0.5,"8\n', ':2', 'double quote'],
    ['ap50\n', '', 'no trials'],
    ['', '', 'no trials'],
  ])('refuses %j as a whole, naming the place', async (text, place, problem) => {
    const failure = await failureOf(read(text));
    expect([failure.code, failure.exitCode]).toEqual(['INVALID_TRIALS', 65]);
    expect(failure.file).toBe(`${folder.path('trials.csv')}${place}`);
    expect(failure.message).toContain(problem);
  });

  it('names a file that is not there', async () => {
    expect((await failureOf(readTrials(folder.path('none.csv')))).message).toContain('does not exist');
  });
});
