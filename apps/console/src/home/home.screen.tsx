import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { count, duration, figure } from '../format/numbers.js';
import { Time } from '../format/time.js';
import { plural } from '../format/words.js';
import { HomeDocument, type HomeQuery } from '../graphql/generated/graphql.js';
import { useScreen } from '../graphql/use-screen.js';
import { Retraining } from '../jobs/retraining.js';
import { useLive } from '../live/live.js';
import { VersionState } from '../models/version-state.js';
import { useCaller } from '../shell/caller.js';
import { taskColumns } from '../tasks/task-columns.js';
import { Await } from '../ui/await.js';
import { Badge } from '../ui/badge.js';
import { Card } from '../ui/card.js';
import { DataTable } from '../ui/data-table.js';
import { Facts } from '../ui/facts.js';
import { FigureTile } from '../ui/figure-tile.js';
import { RecommendationLink, TaskLink, VersionLink } from '../ui/link.js';
import { linkClass } from '../ui/link-text.js';
import { Page } from '../ui/page.js';
import { Empty } from '../ui/states.js';

const TrialsByDay = lazy(() => import('./trials-by-day.js').then((module) => ({ default: module.TrialsByDay })));

const nothing = {};

export function HomeScreen() {
  const loaded = useScreen(HomeDocument, nothing, { live: ['trials', 'models', 'training'] });
  return (
    <Page title="Home">
      <Await of={loaded} lines={8}>
        {(data) => <Shown data={data} />}
      </Await>
    </Page>
  );
}

function Shown({ data }: { data: HomeQuery }) {
  const { operator } = useCaller();
  const { training, queues } = useLive();
  const { overview, modelHealth: health } = data;
  const { trials, privacy } = overview;
  const failed = queues?.filter((queue) => queue.failed > 0) ?? [];
  const paused = queues?.filter((queue) => queue.paused) ?? [];
  return (
    <>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,13rem),1fr))] gap-4">
        <FigureTile name="Tasks" value={<Link to="/tasks">{count(overview.tasks)}</Link>}>
          <Link to="/tasks" search={{ open: true }} className={linkClass}>
            {overview.openTasks} open
          </Link>
          {' · '}
          <Link to="/tasks" search={{ tried: false }} className={linkClass}>
            {overview.untriedTasks} without a trial
          </Link>
        </FigureTile>
        <FigureTile name="Trials" value={<Link to="/trials">{count(trials.count)}</Link>}>
          {trials.failed > 0 ? (
            <Link to="/trials" search={{ state: 'FAILED' }} className={linkClass}>
              {trials.failed} failed
            </Link>
          ) : (
            'none failed'
          )}
          {' · '}
          {duration(trials.seconds)} of training
        </FigureTile>
        <FigureTile name="Recommendations" value={<Link to="/recommendations">{count(overview.recommendations)}</Link>}>
          <Link to="/recommendations" search={{ tried: true }} className={linkClass}>
            those that were tried
          </Link>
        </FigureTile>
        <FigureTile
          name="Current model"
          value={
            <Link to="/models/$number" params={{ number: String(health.current.number) }}>
              v{health.current.number}
            </Link>
          }
        >
          {health.trialsSince === 0 ? 'has seen every trial' : `${plural(health.trialsSince, 'trial')} not seen yet`}
        </FigureTile>
      </div>
      {operator && (failed.length > 0 || paused.length > 0) && (
        <Card title="Needs a look">
          <ul className="flex flex-col gap-2">
            {failed.map((queue) => (
              <li key={queue.queue}>
                <Badge mood="bad">failed</Badge>{' '}
                <Link to="/jobs" search={{ queue: queue.queue, state: 'FAILED' }} className={linkClass}>
                  {plural(queue.failed, 'job')} in queue {queue.queue}
                </Link>
              </li>
            ))}
            {paused.map((queue) => (
              <li key={queue.queue}>
                <Badge mood="warn">paused</Badge>{' '}
                <Link to="/jobs" className={linkClass}>
                  queue {queue.queue}
                </Link>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <div className="grid gap-5 xl:grid-cols-2">
        <Retraining status={training ?? data.trainingStatus} />
        <Card
          title={
            <span className="inline-flex items-center gap-2">
              Model <VersionLink number={health.current.number} /> <VersionState state={health.current.state} />
              {health.current.pinnedAt !== null && <Badge mood="warn">pinned</Badge>}
            </span>
          }
          note={
            health.versionsSince === 0
              ? 'No version was rejected since it was promoted.'
              : `${plural(health.versionsSince, 'version')} made since, and not promoted.`
          }
        >
          <Facts
            facts={{
              'NDCG@10 on unseen tasks': figure(health.current.quality?.ndcg10),
              'Regret@1 on unseen tasks': figure(health.current.quality?.regret1),
              Ranker: health.current.scorer ?? 'none',
              Tasks: count(health.current.taskCount),
              Trials: count(health.current.trialCount),
              Since: <Time at={health.current.decidedAt ?? health.current.createdAt} since />,
            }}
          />
        </Card>
      </div>
      <Card title="Trials by day" note="Reported in the last thirty days (UTC).">
        <Suspense fallback={<div className="h-45" />}>
          <TrialsByDay days={overview.days} />
        </Suspense>
      </Card>
      <Card
        title="Newest tasks"
        flush
        actions={
          <Link to="/tasks" className={linkClass}>
            all tasks
          </Link>
        }
      >
        {data.tasks.nodes.length === 0 ? (
          <Empty title="No task yet">
            <code>npx edgelore describe FOLDER</code> sends the first one.
          </Empty>
        ) : (
          <DataTable
            label="Newest tasks"
            columns={taskColumns}
            rows={data.tasks.nodes}
            rowId={({ id }) => id}
            hidden={['faces', 'extractor']}
          />
        )}
      </Card>
      <div className="grid gap-5 xl:grid-cols-2">
        <Card
          title="Newest recommendations"
          actions={
            <Link to="/recommendations" className={linkClass}>
              all recommendations
            </Link>
          }
        >
          {data.recommendations.nodes.length === 0 ? (
            <p className="text-quiet">None was asked for yet.</p>
          ) : (
            <ul className="flex flex-col gap-2">
              {data.recommendations.nodes.map((recommendation) => (
                <li key={recommendation.id} className="flex flex-wrap items-baseline gap-x-2">
                  <RecommendationLink id={recommendation.id}>
                    <Time at={recommendation.createdAt} since />
                  </RecommendationLink>
                  <span>
                    {plural(recommendation.items.length, 'configuration')} for{' '}
                    <TaskLink id={recommendation.taskId} name={recommendation.taskName} />
                  </span>
                  <span className="text-quiet">
                    {recommendation.trialCount === 0
                      ? 'not tried'
                      : `${plural(recommendation.trialCount, 'trial')}, best AP50 ${figure(recommendation.bestScore)}`}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Card>
        <Card title="Privacy" note="What descriptions carry; caps and ledgers are kept by the owners.">
          <p>
            <Link to="/tasks" search={{ noised: true }} className={linkClass}>
              {plural(privacy.noised, 'description')}
            </Link>{' '}
            with noise
            {privacy.leastEpsilon !== null && `, ε ${privacy.leastEpsilon} to ${privacy.mostEpsilon}`};{' '}
            <Link to="/tasks" search={{ noised: false }} className={linkClass}>
              {plural(privacy.plain, 'description')}
            </Link>{' '}
            without.
          </p>
        </Card>
      </div>
    </>
  );
}
