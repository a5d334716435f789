import { AppError, type RequestContext, requirePermission } from '@edgelore/platform';
import { faceDetectorSpace, type SearchSpace, spaceSize } from '@edgelore/search-space';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { SearchSpaceVersion, SpaceCoverage, ValueCoverage } from './search-space.types.js';

/** Newest first. */
const spaces: readonly SearchSpace[] = [faceDetectorSpace];

interface ValueCount extends Omit<ValueCoverage, 'value'> {
  readonly dimension: string;
  readonly value: string;
}

@Injectable()
export class SearchSpacesService {
  constructor(private readonly database: DataSource) {}

  list(ctx: RequestContext): SearchSpaceVersion[] {
    requirePermission(ctx, 'model:read');
    return spaces.map(({ id, dimensions, constraints }, at) => {
      const [name, version] = id.split('/');
      return { id, name: name!, version: Number(version), size: spaceSize(spaces[at]!), dimensions, constraints };
    });
  }

  /** What the caller's trials tried of a search space; for operators everybody's. */
  async coverage(ctx: RequestContext, id: string): Promise<SpaceCoverage> {
    requirePermission(ctx, 'task:read');
    const space = spaces.find((known) => known.id === id);
    if (space === undefined) throw new AppError('NOT_FOUND', `There is no search space ${id}.`, { field: 'id' });
    const scope = [id, ctx.organisationId];
    const [totals]: { trials: number; configurations: number }[] = await this.database.query(
      `SELECT count(*)::integer AS trials, count(DISTINCT configuration_id)::integer AS configurations
         FROM trials WHERE configuration ->> 'space' = $1 AND ($2::uuid IS NULL OR organisation_id = $2)`,
      scope,
    );
    const counts: ValueCount[] = await this.database.query(
      `SELECT dimension, value, sum(trials)::integer AS trials, sum(total) / nullif(sum(scored), 0) AS "meanScore", max(best) AS "bestScore"
         FROM (SELECT configuration, count(*) AS trials, count(score) AS scored, sum(score) AS total, max(score) AS best
                 FROM trials WHERE configuration ->> 'space' = $1 AND ($2::uuid IS NULL OR organisation_id = $2)
                GROUP BY configuration_id, configuration) tried,
              LATERAL jsonb_each_text(tried.configuration -> 'values') pair (dimension, value)
        GROUP BY dimension, value`,
      scope,
    );
    const found = new Map(counts.map((count) => [`${count.dimension}=${count.value}`, count]));
    return {
      id,
      ...totals!,
      dimensions: space.dimensions.map(({ name, values }) => ({
        name,
        values: values.map((value) => {
          const { trials = 0, meanScore = null, bestScore = null } = found.get(`${name}=${value}`) ?? {};
          return { value, trials, meanScore, bestScore };
        }),
      })),
    };
  }
}
