import type { ExperienceTask } from '@edgelore/ranking';
import type { EntityManager } from 'typeorm';
import { grouped } from '../grouped.js';
import type { ExtractorLineage } from '../model-versions/extractor-lineage.js';
import { descriptionOf, TaskEntity } from '../tasks/task.entity.js';
import { TrialEntity } from '../trials/trial.entity.js';

export interface Experience {
  readonly tasks: readonly ExperienceTask[];
  /** Every trial that the tasks' scores come from. */
  readonly trialIds: readonly string[];
  /** The rows behind the tasks, by the id that the task has there. */
  readonly rows: ReadonlyMap<string, TaskEntity>;
}

/** An open task keeps the name it was shipped under, so that shipped rankers recognise it. */
export function experienceId(row: TaskEntity): string {
  return row.open ? row.clientKey : row.id;
}

/** All completed trials, with their tasks described by the current extractor. Tasks without one teach nothing and stay out. */
export async function readExperience(
  manager: EntityManager,
  { lineage, withBase }: { readonly lineage: ExtractorLineage; readonly withBase: boolean },
): Promise<Experience> {
  const trials = await manager.find(TrialEntity, {
    where: { state: 'completed' },
    select: { id: true, taskId: true, configuration: true, score: true },
    order: { id: 'ASC' },
  });
  const byTask = grouped(trials, ({ taskId }) => taskId);
  const query = manager.createQueryBuilder(TaskEntity, 'task').orderBy('task.id');
  if (withBase) query.addSelect('task.baseRows');
  const rows = (await query.getMany()).filter((row) => byTask.has(row.id));
  return {
    tasks: rows.map((row) => taskOf(row, lineage, byTask.get(row.id) ?? [])),
    trialIds: trials.map((trial) => trial.id),
    rows: new Map(rows.map((row) => [experienceId(row), row])),
  };
}

function taskOf(row: TaskEntity, lineage: ExtractorLineage, trials: readonly TrialEntity[]): ExperienceTask {
  return {
    id: experienceId(row),
    collection: row.collection,
    description: lineage.carry(descriptionOf(row)),
    base: row.baseRows?.map((image) => Float32Array.from(image)) ?? null,
    trials: trials.map(({ configuration, score }) => ({ configuration, score: score ?? 0 })),
  };
}
