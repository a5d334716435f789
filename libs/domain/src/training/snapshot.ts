import { unprocessedEvents } from '@edgelore/platform';
import type { DataSource } from 'typeorm';
import { contentHash } from '../canonical-json.js';
import { type Experience, readExperience } from '../experience/experience-tasks.js';
import { readLineage } from '../model-versions/extractor-lineage.js';
import type { ModelVersionEntity } from '../model-versions/model-version.entity.js';
import { currentModel } from '../model-versions/model-versions.service.js';
import { type Proposal, readProposal } from '../rounds/proposal.js';

/** All that may be learnt from at one instant, and the events that training on it answers. */
export interface Snapshot {
  readonly events: readonly string[];
  readonly parent: ModelVersionEntity;
  readonly experience: Experience;
  readonly seed: string;
  /** What owners trained together, to be judged by this training. */
  readonly proposal: Proposal | null;
}

export function readSnapshot(database: DataSource): Promise<Snapshot> {
  return database.transaction('REPEATABLE READ', async (manager) => {
    const events = await unprocessedEvents(manager, 'retrain');
    const parent = await currentModel(manager);
    const lineage = await readLineage(manager);
    const experience = await readExperience(manager, { lineage, withBase: true });
    // The same experience trains the same model, whichever process does it.
    const seed = `${parent.number}/${dataHashOf(experience)}`;
    return { events, parent, experience, seed, proposal: await readProposal(manager, parent) };
  });
}

function dataHashOf({ tasks }: Experience): string {
  return contentHash(tasks.map(({ id, description, trials }) => ({ id, description, trials })));
}
