import { useState } from 'react';
import { useMutation } from 'urql';
import { duration, share } from '../format/numbers.js';
import { Time } from '../format/time.js';
import { plural, words } from '../format/words.js';
import type { Fault } from '../graphql/fault.js';
import { RetrainDocument, type TrainingNowFragment, type TrainingState } from '../graphql/generated/graphql.js';
import { refusalOf } from '../graphql/outcome.js';
import { useCaller } from '../shell/caller.js';
import { Badge, type Mood } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { Card } from '../ui/card.js';
import { VersionLink } from '../ui/link.js';
import { Progress } from '../ui/progress.js';

const moods: Readonly<Record<TrainingState, Mood>> = {
  RUNNING: 'note',
  PROMOTED: 'good',
  REJECTED: 'warn',
  SKIPPED: 'none',
  FAILED: 'bad',
  ABANDONED: 'bad',
};

/** The platform learning from what was reported: the run that runs, or the last one and what came of it. */
export function Retraining({ status }: { status: TrainingNowFragment }) {
  const { operator } = useCaller();
  const { running, pending, lastRun: run } = status;
  const [{ fetching }, retrain] = useMutation(RetrainDocument);
  const [fault, setFault] = useState<Fault>();
  return (
    <Card
      title={running ? 'Retraining now' : 'Retraining'}
      note={
        pending > 0
          ? `${plural(pending, 'report')} not answered by a training yet.`
          : 'Every report has been learned from.'
      }
      actions={
        operator && (
          <Button
            disabled={fetching || running}
            onClick={async () => setFault(refusalOf(await retrain({}), (data) => data.retrain))}
          >
            Train now
          </Button>
        )
      }
    >
      {fault && (
        <p role="alert" className="mb-2 text-bad">
          {fault.message}
        </p>
      )}
      {run === null ? (
        <p className="text-quiet">No training has run yet.</p>
      ) : running ? (
        <div className="flex flex-col gap-2">
          <Progress value={run.progress} label={`Retraining: ${run.phase}`} />
          <p className="flex flex-wrap justify-between gap-x-6 tabular-nums">
            <span>
              {run.phase}, {share(run.progress)}
            </span>
            <span className="text-quiet">
              {run.secondsLeft === null ? 'time left not known yet' : `about ${duration(run.secondsLeft)} left`} ·
              started <Time at={run.startedAt} since /> · {plural(run.trialCount, 'trial')}
            </span>
          </p>
        </div>
      ) : (
        <div className="flex flex-col gap-1">
          <p className="flex flex-wrap items-center gap-2">
            <Badge mood={moods[run.state]}>{words(run.state)}</Badge>
            {run.modelVersion !== null && (
              <span>
                made <VersionLink number={run.modelVersion} />
              </span>
            )}
            <span className="text-quiet">
              <Time at={run.finishedAt ?? run.startedAt} since />
              {run.finishedAt && `, took ${duration((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000)}`},
              from {plural(run.trialCount, 'trial')}
            </span>
          </p>
          {run.reason && <p className="max-w-prose text-quiet">{run.reason}</p>}
        </div>
      )}
    </Card>
  );
}
