import { getRouteApi } from '@tanstack/react-router';
import { JobsDocument } from '../graphql/generated/graphql.js';
import { useScreen } from '../graphql/use-screen.js';
import { useLive } from '../live/live.js';
import { Await } from '../ui/await.js';
import { Page } from '../ui/page.js';
import { QueueCard } from './queue-card.js';
import { QueueJobs } from './queue-jobs.js';
import { Retraining } from './retraining.js';

const route = getRouteApi('/jobs');

const nothing = {};

export function JobsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const live = useLive();
  const loaded = useScreen(JobsDocument, nothing);
  return (
    <Page
      title="Jobs"
      note="What the platform does behind the answers: it can be paused, and nothing accepted is lost."
    >
      <Await of={loaded}>
        {({ jobs, trainingStatus }) => (
          <>
            <Retraining status={live.training ?? trainingStatus} />
            {(live.queues ?? jobs).map((queue) => (
              <QueueCard key={queue.queue} queue={queue} search={search} onChanged={loaded.refresh} />
            ))}
          </>
        )}
      </Await>
      {search.queue && search.state && (
        <QueueJobs
          queue={search.queue}
          state={search.state}
          after={search.after}
          onGo={(after) => navigate({ search: (old) => ({ ...old, after }), resetScroll: false })}
        />
      )}
    </Page>
  );
}
