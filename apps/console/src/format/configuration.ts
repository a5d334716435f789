import * as z from 'zod/mini';

const Value = z.union([z.string(), z.number(), z.boolean()]);
const Configuration = z.object({ space: z.string(), values: z.record(z.string(), Value) });

export type Configuration = z.infer<typeof Configuration>;
export type ConfigurationValue = z.infer<typeof Value>;

export function parseConfiguration(json: unknown): Configuration {
  return Configuration.parse(json);
}

/** The values that a dimension may have. */
export function valuesOf(json: unknown): readonly ConfigurationValue[] {
  return z.array(Value).parse(json);
}

/** A value of a dimension, as the search space writes it. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** inputSize becomes "input size". */
export function dimensionText(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The first of an id's letters: enough to tell configurations apart. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** All values, one a line. */
export function configurationText(json: unknown): string {
  return Object.entries(parseConfiguration(json).values)
    .map(([name, value]) => `${dimensionText(name)}: ${valueText(value)}`)
    .join('\n');
}
