import { readFile } from 'node:fs/promises';
import {
  type Configuration,
  type Dimension,
  type DimensionValue,
  defaultConfiguration,
  faceDetectorSpace,
  InvalidConfigurationError,
  parseConfiguration,
} from '@edgelore/search-space';
import { systemCode } from '../errors/client.error.js';
import { type CsvRow, invalidTrials, readCsv } from './read-csv.js';

/** A trial of the past, as it is reported. */
export interface PastTrial {
  readonly configuration: Configuration;
  readonly ap50: number;
  /** 0 where the file does not say. */
  readonly seconds: number;
  readonly steps: number | null;
}

const CONFIGURATION = 'configuration';
const MEASURED = ['ap50', 'seconds', 'steps'] as const;

/**
 * Reads past trials from a CSV file with a row of names. Columns: `ap50` (0 to 1), optionally `seconds` and `steps`, and either the dimensions of the search space by name or one column `configuration` with
 * JSON (a configuration, or its values only). A dimension that is missing or empty has its default. A trial that comes twice counts once.
 *
 * @throws ClientError INVALID_TRIALS naming file, line and column; the file itself where it cannot be read.
 *
 * @example
 * ```ts
 * import { rm, writeFile } from 'node:fs/promises';
 *
 * await writeFile('past trials.csv', 'inputSize,optimiser,ap50,seconds\n320,sgd,0.81,600\n128,,0.62,\n');
 * const trials = await readTrials('past trials.csv');
 * trials.map(({ ap50 }) => ap50); // => [0.81, 0.62]
 * trials[1]?.configuration.values.optimiser; // => 'adam'
 * await rm('past trials.csv');
 * ```
 */
export async function readTrials(file: string): Promise<PastTrial[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const problem = systemCode(cause) === 'ENOENT' ? 'does not exist' : `cannot be read (${systemCode(cause)})`;
    throw invalidTrials(file, problem, 'Name a CSV file of past trials', cause);
  });
  const [head, ...rows] = readCsv(text, file);
  if (head === undefined || rows.length === 0)
    throw invalidTrials(file, 'has no trials', 'Give a row of column names and one row a trial');
  const names = head.cells.map((name) => name.trim());
  checkNames(`${file}:${head.line}`, names);
  const trials = rows.map((row) => trialOf(new Cells(file, row, names)));
  return [...new Map(trials.map((trial) => [JSON.stringify(trial), trial])).values()];
}

/** A row's cells by column name. */
class Cells {
  constructor(
    private readonly file: string,
    private readonly row: CsvRow,
    private readonly names: readonly string[],
  ) {}

  text(name: string): string {
    return this.row.cells[this.names.indexOf(name)]?.trim() ?? '';
  }

  number(name: string, most: number): number | undefined {
    const text = this.text(name);
    if (text === '') return undefined;
    const value = Number(text);
    if (value >= 0 && value <= most) return value;
    throw this.wrong(name, `${JSON.stringify(text)} is not a number from 0${most < 2 ? ` to ${most}` : ''}`);
  }

  wrong(name: string, problem: string, remedy = 'Correct the cell'): ReturnType<typeof invalidTrials> {
    return invalidTrials(`${this.file}:${this.row.line}`, `column ${name}: ${problem}`, `${remedy}; nothing was sent`);
  }
}

function checkNames(place: string, names: readonly string[]): void {
  const dimensions = faceDetectorSpace.dimensions.map(({ name }) => name);
  const known: readonly string[] = [...MEASURED, CONFIGURATION, ...dimensions];
  const foreign = names.find((name) => !known.includes(name));
  if (foreign !== undefined)
    throw invalidTrials(place, `has an unknown column ${JSON.stringify(foreign)}`, `Use ${known.join(', ')}`);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw invalidTrials(place, `has the column ${twice} twice`, 'Keep one of them');
  if (!names.includes('ap50')) throw invalidTrials(place, 'has no column ap50', 'Add what each trial reached');
  const both = names.includes(CONFIGURATION) && names.find((name) => dimensions.includes(name));
  if (both)
    throw invalidTrials(place, `has both ${CONFIGURATION} and ${both}`, 'Give configurations in one of the two ways');
}

function trialOf(cells: Cells): PastTrial {
  const ap50 = cells.number('ap50', 1);
  if (ap50 === undefined) throw cells.wrong('ap50', 'is empty', 'Give what the trial reached');
  const seconds = cells.number('seconds', Number.MAX_SAFE_INTEGER) ?? 0;
  const steps = cells.number('steps', 1e9) ?? null;
  if (steps !== null && !Number.isInteger(steps)) throw cells.wrong('steps', `${steps} is no whole number`);
  return { configuration: configurationOf(cells), ap50, seconds, steps };
}

function configurationOf(cells: Cells): Configuration {
  const { space, values } = defaultConfiguration(faceDetectorSpace);
  const json = cells.text(CONFIGURATION);
  const given = json === '' ? valuesOf(cells) : jsonValues(cells, json);
  try {
    return parseConfiguration(faceDetectorSpace, { space, values: { ...values, ...given } });
  } catch (error) {
    if (!(error instanceof InvalidConfigurationError)) throw error;
    throw cells.wrong(json === '' ? error.field : `${CONFIGURATION}, ${error.field}`, error.remedy);
  }
}

function valuesOf(cells: Cells): Record<string, DimensionValue> {
  return Object.fromEntries(
    faceDetectorSpace.dimensions
      .filter(({ name }) => cells.text(name) !== '')
      .map((dimension) => [dimension.name, dimensionValue(dimension, cells.text(dimension.name))]),
  );
}

/** As the dimension writes it, where it is one of its values; 0.010 is 0.01. */
function dimensionValue({ values }: Dimension, text: string): DimensionValue {
  return values.find((value) => value === text || value === Number(text)) ?? text;
}

function jsonValues(cells: Cells, text: string): object {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw cells.wrong(CONFIGURATION, 'is no JSON', 'Write JSON, quotes doubled as CSV wants');
  }
  const read = json as { space?: unknown; values?: unknown } | null;
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw cells.wrong(CONFIGURATION, 'is no JSON object');
  if (read.values === undefined) return read;
  if (read.space !== faceDetectorSpace.id) throw cells.wrong(CONFIGURATION, `is not of ${faceDetectorSpace.id}`);
  return read.values as object;
}
