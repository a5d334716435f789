import { words } from '../format/words.js';
import type { ModelState } from '../graphql/generated/graphql.js';
import { Badge, type Mood } from '../ui/badge.js';

const moods: Readonly<Record<ModelState, Mood>> = {
  CURRENT: 'good',
  CANDIDATE: 'note',
  REJECTED: 'bad',
  RETIRED: 'none',
};

export function VersionState({ state }: { state: ModelState }) {
  return <Badge mood={moods[state]}>{words(state)}</Badge>;
}
