import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type Experience, readExperience } from '../experience/experience-tasks.js';
import { type ExtractorLineage, readLineage } from '../model-versions/extractor-lineage.js';
import type { ModelVersionEntity } from '../model-versions/model-version.entity.js';
import { currentModel } from '../model-versions/model-versions.service.js';

/** What configurations are ranked by. */
export interface Basis {
  readonly model: ModelVersionEntity;
  readonly lineage: ExtractorLineage;
  readonly experience: Experience;
}

/** The current basis, kept in memory until the database holds another one. Each process keeps its own, and only the latest. */
@Injectable()
export class RankingBasis {
  private latest: { readonly state: string | null; readonly basis: Basis } | undefined;

  constructor(private readonly database: DataSource) {}

  /** One instant of the database. What another process has committed before the call is in it. */
  current(): Promise<Basis> {
    return this.database.transaction('REPEATABLE READ', async (manager) => {
      const state = await stateOf(manager);
      if (this.latest?.state === state) return this.latest.basis;
      const model = await currentModel(manager);
      const lineage = await readLineage(manager);
      const basis = { model, lineage, experience: await readExperience(manager, { withBase: false, lineage }) };
      this.latest = { state, basis };
      return basis;
    });
  }
}

// Trials are only ever added, so their number says whether there are others; descriptions and the lineage change with the current version alone.
async function stateOf(manager: EntityManager): Promise<string | null> {
  const [row]: { state: string | null }[] = await manager.query(
    `SELECT (SELECT id FROM model_versions WHERE kind = 'bundle' AND state = 'current') || '/' ||
            (SELECT count(score) FROM trials) AS state`,
  );
  return row?.state ?? null;
}
