import { useMemo, useState } from 'react';
import { useMutation } from 'urql';
import { share } from '../format/numbers.js';
import { Time } from '../format/time.js';
import { words } from '../format/words.js';
import {
  CancelJobDocument,
  QueueJobsDocument,
  type QueueJobsQuery,
  RetryJobDocument,
} from '../graphql/generated/graphql.js';
import { refusalOf } from '../graphql/outcome.js';
import { useScreen } from '../graphql/use-screen.js';
import { Await } from '../ui/await.js';
import { Button } from '../ui/button.js';
import { Card } from '../ui/card.js';
import { Confirm } from '../ui/confirm.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { Pager } from '../ui/pager.js';
import { Empty } from '../ui/states.js';
import type { JobSearch } from './job-search.js';

type Job = QueueJobsQuery['queueJobs']['nodes'][number];

interface QueueJobsProps {
  readonly queue: string;
  readonly state: NonNullable<JobSearch['state']>;
  readonly after: string | undefined;
  readonly onGo: (after: string | undefined) => void;
}

/** The jobs of a queue that are in one state. */
export function QueueJobs({ queue, state, after, onGo }: QueueJobsProps) {
  const variables = useMemo(() => ({ queue, state, first: 20, after: after ?? null }), [queue, state, after]);
  const loaded = useScreen(QueueJobsDocument, variables, { live: ['jobs'] });
  const [cancelling, setCancelling] = useState<Job>();
  const [, retry] = useMutation(RetryJobDocument);
  const [, cancel] = useMutation(CancelJobDocument);
  const columns: readonly Column<Job>[] = [
    { id: 'name', header: 'Job', cell: (job) => <strong className="font-medium">{job.name}</strong> },
    { id: 'id', header: 'Id', cut: (job) => job.id, cell: (job) => <code>{job.id}</code> },
    { id: 'attempts', header: 'Attempts', number: true, cell: (job) => job.attempts },
    ...(state === 'ACTIVE'
      ? [{ id: 'progress', header: 'Progress', cell: (job: Job) => `${job.phase ?? ''} ${share(job.progress)}` }]
      : []),
    ...(state === 'FAILED' || state === 'DELAYED'
      ? [
          {
            id: 'reason',
            header: 'What failed',
            cut: (job: Job) => job.failedReason ?? '',
            cell: (job: Job) => job.failedReason,
          },
        ]
      : []),
    { id: 'created', header: 'Accepted', cell: (job) => <Time at={job.createdAt} /> },
    { id: 'started', header: 'Started', cell: (job) => <Time at={job.startedAt} /> },
    { id: 'finished', header: 'Finished', cell: (job) => <Time at={job.finishedAt} /> },
    ...(state === 'COMPLETED'
      ? []
      : [
          {
            id: 'act',
            header: '',
            number: true,
            cell: (job: Job) => (
              <span className="inline-flex gap-1">
                {state === 'FAILED' && (
                  <Button
                    look="quiet"
                    onClick={async () => {
                      await retry({ input: { queue, id: job.id } });
                      loaded.refresh();
                    }}
                  >
                    Retry
                  </Button>
                )}
                <Button look="quiet" onClick={() => setCancelling(job)}>
                  Cancel
                </Button>
              </span>
            ),
          },
        ]),
  ];
  return (
    <Card title={`Queue ${queue}: ${words(state)}`} flush>
      <Await of={loaded}>
        {({ queueJobs }) =>
          queueJobs.nodes.length === 0 ? (
            <Empty title={`No job is ${words(state)}`} />
          ) : (
            <>
              <DataTable
                label="Jobs"
                columns={columns}
                rows={queueJobs.nodes}
                rowId={(job) => job.id}
                busy={loaded.fetching}
              />
              <Pager page={queueJobs.pageInfo} after={after} onGo={onGo} />
            </>
          )
        }
      </Await>
      <Confirm
        title="Cancel the job"
        action="Cancel the job"
        name={cancelling?.name ?? ''}
        open={cancelling !== undefined}
        onClose={() => setCancelling(undefined)}
        onConfirm={async () => {
          const refusal = refusalOf(
            await cancel({ input: { queue, id: cancelling?.id ?? '' } }),
            (data) => data.cancelJob,
          );
          loaded.refresh();
          return refusal;
        }}
      >
        It and what it answers are given up; one that runs stops at its next sign of progress.
      </Confirm>
    </Card>
  );
}
