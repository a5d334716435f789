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
  /** Different ones that have the value. */
  readonly configurations: number;
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
    const counts: ValueCount[] = await this.database.query(
      `SELECT dimension, value, sum(trials)::integer AS trials, count(*)::integer AS configurations,
              sum(total) / nullif(sum(scored), 0) AS "meanScore", max(best) AS "bestScore"
         FROM (SELECT (array_agg(id))[1] AS sample, count(*) AS trials, count(score) AS scored, sum(score) AS total, max(score) AS best
                 FROM trials WHERE $2::uuid IS NULL OR organisation_id = $2 GROUP BY configuration_id) tried
              JOIN trials sample ON sample.id = tried.sample AND sample.configuration ->> 'space' = $1,
              LATERAL jsonb_each_text(sample.configuration -> 'values') pair (dimension, value)
        GROUP BY dimension, value`,
      [id, ctx.organisationId],
    );
    // Every configuration has one value of each dimension.
    const ofOne = counts.filter(({ dimension }) => dimension === space.dimensions[0]?.name);
    const found = new Map(counts.map((count) => [`${count.dimension}=${count.value}`, count]));
    return {
      id,
      trials: ofOne.reduce((sum, { trials }) => sum + trials, 0),
      configurations: ofOne.reduce((sum, { configurations }) => sum + configurations, 0),
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
