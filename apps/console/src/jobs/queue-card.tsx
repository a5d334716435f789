import { Link } from '@tanstack/react-router';
import { Pause, Play, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useMutation } from 'urql';
import { count } from '../format/numbers.js';
import { ago } from '../format/time.js';
import { plural, words } from '../format/words.js';
import type { Fault } from '../graphql/fault.js';
import {
  PauseQueueDocument,
  type QueueNowFragment,
  RedriveQueueDocument,
  ResumeQueueDocument,
} from '../graphql/generated/graphql.js';
import { refusalOf } from '../graphql/outcome.js';
import { Badge } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { Card } from '../ui/card.js';
import { styles } from '../ui/styles.js';
import { type JobSearch, jobStates } from './job-search.js';

interface QueueCardProps {
  readonly queue: QueueNowFragment;
  readonly search: JobSearch;
  readonly onChanged: () => void;
}

export function QueueCard({ queue, search, onChanged }: QueueCardProps) {
  const [fault, setFault] = useState<Fault>();
  const [, pause] = useMutation(PauseQueueDocument);
  const [, resume] = useMutation(ResumeQueueDocument);
  const [, redrive] = useMutation(RedriveQueueDocument);
  const input = { queue: queue.queue };
  const done = (refusal: Fault | undefined) => {
    setFault(refusal);
    onChanged();
  };
  const counts = {
    WAITING: queue.waiting,
    ACTIVE: queue.active,
    DELAYED: queue.delayed,
    FAILED: queue.failed,
    COMPLETED: queue.completed,
  };
  return (
    <Card
      title={
        <span className="flex items-center gap-2">
          Queue {queue.queue} {queue.paused && <Badge mood="warn">paused</Badge>}
        </span>
      }
      note={`${plural(queue.processedLastHour, 'event')} answered in the last hour, ${queue.pending} waiting for an effect${queue.oldestPendingAt ? `, the oldest accepted ${ago(queue.oldestPendingAt)}` : ''}.`}
      actions={
        <>
          {queue.failed > 0 && (
            <Button onClick={async () => done(refusalOf(await redrive({ input }), (data) => data.redriveQueue))}>
              <RotateCcw aria-hidden className="size-4" /> Retry all failed
            </Button>
          )}
          {queue.paused ? (
            <Button
              look="primary"
              onClick={async () => done(refusalOf(await resume({ input }), (data) => data.resumeQueue))}
            >
              <Play aria-hidden className="size-4" /> Resume
            </Button>
          ) : (
            <Button onClick={async () => done(refusalOf(await pause({ input }), (data) => data.pauseQueue))}>
              <Pause aria-hidden className="size-4" /> Pause
            </Button>
          )}
        </>
      }
    >
      {fault && (
        <p role="alert" className="mb-2 text-bad">
          {fault.message}
        </p>
      )}
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-5">
        {jobStates.map((state) => (
          <Link
            key={state}
            to="/jobs"
            search={{ queue: queue.queue, state }}
            resetScroll={false}
            aria-current={search.queue === queue.queue && search.state === state ? 'true' : undefined}
            className="rounded-lg border border-line px-3 py-2 hover:bg-raised aria-[current=true]:border-accent aria-[current=true]:bg-accent-soft"
          >
            <span
              className={styles(
                'block text-2xl font-semibold tabular-nums',
                state === 'FAILED' && counts[state] > 0 && 'text-bad',
              )}
            >
              {count(counts[state])}
            </span>
            <span className="text-quiet">{words(state)}</span>
          </Link>
        ))}
      </div>
    </Card>
  );
}
