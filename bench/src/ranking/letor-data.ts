import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** Documents of web queries with graded labels. */
export interface LetorFile {
  /** [rows × width] by rows. */
  readonly features: Float32Array;
  readonly width: number;
  readonly labels: Float64Array;
  /** Rows of each query: start and end. */
  readonly queries: readonly (readonly [start: number, end: number])[];
}

/** Indices of the files are 1 to 300. */
const WIDTH = 301;

/** LightGBM's ranking example lies beside the repository, never in it; EDGELORE_DATA names another place. */
export function letorFolder(): string | undefined {
  const data = process.env.EDGELORE_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
  const folder = path.join(data, 'lightgbm_lambdarank');
  return existsSync(folder) ? folder : undefined;
}

/** @param name of the pair of files, such as `rank.train` */
export async function readLetor(folder: string, name: string): Promise<LetorFile> {
  const lines = gunzipSync(await readFile(path.join(folder, `${name}.gz`)))
    .toString()
    .trim()
    .split('\n');
  const features = new Float32Array(lines.length * WIDTH);
  const labels = new Float64Array(lines.length);
  lines.forEach((line, row) => {
    const [label, ...entries] = line.trim().split(' ');
    labels[row] = Number(label);
    for (const entry of entries) {
      const [column, value] = entry.split(':');
      features[row * WIDTH + Number(column)] = Number(value);
    }
  });
  const sizes = (await readFile(path.join(folder, `${name}.query`), 'utf8')).trim().split(/\s+/).map(Number);
  let end = 0;
  const queries = sizes.map((size) => {
    end += size;
    return [end - size, end] as const;
  });
  return { features, width: WIDTH, labels, queries };
}
