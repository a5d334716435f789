import { type Alignment, align, composeAlignments, type Description } from '@edgelore/descriptors';
import { AppError } from '@edgelore/platform';
import type { EntityManager } from 'typeorm';

/** One step of the lineage: a version's extractor, and the way to it from its parent's where that was another one. */
export interface LineageStep {
  readonly extractorVersion: number;
  readonly extractorHash: string;
  readonly alignment: Alignment | null;
}

/**
 * The current version and those it came from, newest first. Descriptions stay stored as they were sent; whoever compares them carries them into the
 * current extractor's space here, so that a promotion touches no task and going back to an earlier version works as well.
 */
export class ExtractorLineage {
  private readonly ways = new Map<string, Alignment | null>();

  constructor(private readonly steps: readonly LineageStep[]) {
    let way: Alignment | null = null;
    for (const { extractorHash, alignment } of steps) {
      if (!this.ways.has(extractorHash)) this.ways.set(extractorHash, way);
      if (alignment !== null) way = way === null ? alignment : composeAlignments(alignment, way);
    }
  }

  carry(description: Description): Description {
    const way = this.ways.get(description.extractorHash);
    const known = this.steps.some(
      (step) =>
        step.extractorHash === description.extractorHash && step.extractorVersion === description.extractorVersion,
    );
    if (way === undefined || !known) {
      throw new AppError(
        'UNKNOWN_EXTRACTOR',
        `No extractor of ours has version ${description.extractorVersion} and hash ${description.extractorHash}; describe the images with the extractor of currentModel.`,
        { field: 'description.extractorHash' },
      );
    }
    return way === null ? description : align(way, description);
  }
}

export async function readLineage(manager: EntityManager): Promise<ExtractorLineage> {
  const rows: (LineageStep & { number: number; parent: number | null; state: string })[] = await manager.query(
    `SELECT number, state, (training ->> 'parent')::integer AS parent, extractor_version AS "extractorVersion",
            extractor_hash AS "extractorHash", nullif(artefact -> 'alignment', 'null') AS alignment
       FROM model_versions WHERE kind = 'bundle' AND state IN ('current', 'retired')`,
  );
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  const steps: LineageStep[] = [];
  let next = rows.find((row) => row.state === 'current');
  while (next !== undefined) {
    steps.push(next);
    next = next.parent === null ? undefined : byNumber.get(next.parent);
  }
  return new ExtractorLineage(steps);
}
