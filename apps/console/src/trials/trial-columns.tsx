import { configurationText, shortId } from '../format/configuration.js';
import { bytes, duration, short } from '../format/numbers.js';
import { Time } from '../format/time.js';
import type { TrialRowFragment } from '../graphql/generated/graphql.js';
import { Badge } from '../ui/badge.js';
import type { Column } from '../ui/data-table.js';
import { RecommendationLink, TaskLink, TrialLink, VersionLink } from '../ui/link.js';
import { ScoreBar } from '../ui/score-bar.js';

export const trialColumns: readonly Column<TrialRowFragment>[] = [
  {
    id: 'configuration',
    header: 'Configuration',
    cell: (trial) => (
      <TrialLink id={trial.id}>
        <code title={configurationText(trial.configuration)}>{shortId(trial.configurationId)}</code>
      </TrialLink>
    ),
  },
  { id: 'task', header: 'Task', cell: (trial) => <TaskLink id={trial.taskId} name={trial.taskName} /> },
  {
    id: 'score',
    header: 'AP50',
    sort: 'SCORE',
    hint: 'Average precision at IoU 0.5 on the held-out images',
    cell: (trial) => (trial.state === 'FAILED' ? <Badge mood="bad">failed</Badge> : <ScoreBar score={trial.score} />),
  },
  {
    id: 'macs',
    header: 'MACs',
    number: true,
    sort: 'MACS',
    hint: 'Multiply-accumulates for one picture',
    cell: (trial) => short(trial.cost.macs),
  },
  {
    id: 'bytes',
    header: 'Size',
    number: true,
    sort: 'BYTES',
    hint: 'Weights as float32',
    cell: (trial) => bytes(trial.cost.bytes),
  },
  { id: 'seconds', header: 'Trained for', number: true, sort: 'SECONDS', cell: (trial) => duration(trial.seconds) },
  { id: 'backend', header: 'Backend', cell: (trial) => trial.backend },
  {
    id: 'recommendation',
    header: 'Recommended',
    cell: (trial) =>
      trial.recommendationId === null ? (
        <span className="text-quiet">no</span>
      ) : (
        <RecommendationLink id={trial.recommendationId}>yes</RecommendationLink>
      ),
  },
  {
    id: 'countedIn',
    header: 'Counted in',
    number: true,
    hint: 'The first model version trained with it',
    cell: (trial) =>
      trial.countedIn === null ? <span className="text-quiet">not yet</span> : <VersionLink number={trial.countedIn} />,
  },
  { id: 'createdAt', header: 'Reported', sort: 'CREATED', cell: (trial) => <Time at={trial.createdAt} /> },
];
