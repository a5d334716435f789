import { fileURLToPath } from 'node:url';
import {
  type Configuration,
  configurationId,
  defaultConfiguration,
  faceDetectorSpace,
  sampleConfigurations,
} from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';

/** Measured trials, one row a line. */
export const experienceFile = fileURLToPath(new URL('../experience/trials.jsonl', import.meta.url));

/** Domains with human boxes whose pictures the shipped weights have not seen. */
export const experienceDomains = [
  'cartoon-mixed',
  'masked-portraits',
  'derived-cctv',
  'events',
  'news-photos',
  'crowd-tiny',
];

const POOL = 400;

/**
 * The default configuration, then a designed spread: of a seeded pool, always the configuration that shares the fewest
 * values with the nearest one already chosen.
 */
export function sweepConfigurations(count: number): Configuration[] {
  const pool = sampleConfigurations(faceDetectorSpace, POOL, seededRandom('sweep/1'));
  const chosen = [defaultConfiguration(faceDetectorSpace)];
  while (chosen.length < count) {
    const next = pool
      .filter((candidate) => chosen.every((other) => configurationId(other) !== configurationId(candidate)))
      .map((candidate) => ({ candidate, distance: Math.min(...chosen.map((other) => differences(candidate, other))) }))
      .reduce((best, each) => (each.distance > best.distance ? each : best));
    chosen.push(next.candidate);
  }
  return chosen;
}

function differences(a: Configuration, b: Configuration): number {
  return Object.keys(a.values).filter((name) => a.values[name] !== b.values[name]).length;
}
