import { existsSync, readFileSync } from 'node:fs';
import { type OpenTask, readShippedExperience } from '@edgelore/domain';
import { type Configuration, configurationId } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { collectionOf, type FaceDomain, faceDomains } from '../domains.js';
import { weakLabelsFile } from '../experience.js';

/** A domain on which every configuration of the grid was trained. */
export interface JudgedTask {
  readonly id: string;
  readonly kind: FaceDomain['kind'];
  readonly collection: string;
  /** Base descriptors of its images. */
  readonly base: readonly Float32Array[];
  /** What a supernet that saw none of its relatives makes of the grid's configurations without training; null where there is none. */
  readonly weak: Float64Array | null;
  /** Scores of the grid's configurations, in its order. */
  readonly scores: Float64Array;
}

export interface Grid {
  readonly configurations: readonly Configuration[];
  /** Their ids. */
  readonly ids: readonly string[];
  readonly tasks: readonly JudgedTask[];
}

/** The committed experience as a complete grid: the configurations that were trained on every domain, in the order of their ids, as in a task's table. */
export function readGrid(experience: readonly OpenTask[] = readShippedExperience().tasks): Grid {
  const scores = experience.map(
    ({ trials }) => new Map(trials.map(({ configuration, score }) => [configurationId(configuration), score])),
  );
  const configurations = (experience[0]?.trials ?? [])
    .map(({ configuration }) => configuration)
    .filter((configuration) => scores.every((known) => known.has(configurationId(configuration))))
    .sort((a, b) => (configurationId(a) < configurationId(b) ? -1 : 1));
  const ids = configurations.map(configurationId);
  const weak = readWeakLabels();
  return {
    configurations,
    ids,
    tasks: experience.map(({ id, base }, task) => ({
      id,
      kind: faceDomains.find(({ name }) => name === id)!.kind,
      collection: collectionOf(id),
      base,
      weak: weak[id] ? Float64Array.from(ids, (each) => weak[id]![each]!) : null,
      scores: Float64Array.from(configurations, (configuration) => scores[task]!.get(configurationId(configuration))!),
    })),
  };
}

/** What may be learnt from where this task is judged: everything but its relatives. */
export function pastOf({ tasks }: Grid, judged: JudgedTask): readonly JudgedTask[] {
  return tasks.filter(({ collection }) => collection !== judged.collection);
}

/** A random order of all tasks. */
export function orderOf({ tasks }: Grid, order: number): JudgedTask[] {
  return seededRandom(`order/${order}`).shuffle([...tasks]);
}

/** By domain and configuration. */
function readWeakLabels(): Record<string, Record<string, number>> {
  return existsSync(weakLabelsFile) ? JSON.parse(readFileSync(weakLabelsFile, 'utf8')).domains : {};
}
