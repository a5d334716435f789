import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { count, figure } from '../format/numbers.js';
import { Time } from '../format/time.js';
import { TaskDocument } from '../graphql/generated/graphql.js';
import { isRefusal } from '../graphql/outcome.js';
import { useScreen } from '../graphql/use-screen.js';
import { RecommendationsTable } from '../recommendations/recommendations-table.js';
import { ComparedTrials } from '../trials/compared-trials.js';
import { TrialsTable } from '../trials/trials-table.js';
import { Await } from '../ui/await.js';
import { Badge } from '../ui/badge.js';
import { Card } from '../ui/card.js';
import { Facts } from '../ui/facts.js';
import { Page } from '../ui/page.js';
import { Failed, Loading } from '../ui/states.js';
import { Tabs, tabClass } from '../ui/tabs.js';
import { noiseText } from './noise.js';
import { SentDescription } from './sent-description.js';
import type { ShownTask } from './shown-task.js';
import type { TaskSearch } from './task-search.js';

const route = getRouteApi('/tasks/$taskId');

const TaskMap = lazy(() => import('./task-map.js').then((module) => ({ default: module.TaskMap })));
const TrialCharts = lazy(() =>
  import('../trials/charts/trial-charts.js').then((module) => ({ default: module.TrialCharts })),
);

export function TaskScreen() {
  const { taskId } = route.useParams();
  return (
    <Await of={useScreen(TaskDocument, { id: taskId }, { live: ['trials'] })} lines={8}>
      {({ task }) => (isRefusal(task) ? <Failed fault={task} /> : <Shown task={task} />)}
    </Await>
  );
}

function Shown({ task }: { task: ShownTask }) {
  const { tab = 'description' } = route.useSearch();
  const names: readonly (readonly [NonNullable<TaskSearch['tab']>, ReactNode])[] = [
    ['description', 'What was sent'],
    ['map', 'Among the others'],
    ['recommendations', `Recommendations (${count(task.recommendationCount)})`],
    ['trials', `Trials (${count(task.trialCount)})`],
    ['charts', 'Charts'],
  ];
  return (
    <Page
      title={task.name}
      above={
        <span className="flex items-center gap-2">
          Task of {task.organisationName} {task.open && <Badge mood="note">open: ships with Edgelore</Badge>}
        </span>
      }
    >
      <Card>
        <Facts
          facts={{
            'Best AP50': figure(task.bestScore),
            Images: count(task.images),
            Faces: count(task.faces),
            Trials: `${count(task.trialCount)}, ${count(task.failedCount)} failed`,
            'Noise on the description': noiseText(task.noise),
            Extractor: `v${task.extractorVersion}`,
            Described: <Time at={task.createdAt} />,
            'Last trial': <Time at={task.lastTrialAt} since />,
          }}
        />
      </Card>
      <Tabs label="Of this task">
        {names.map(([key, name]) => (
          <Link
            key={key}
            to="/tasks/$taskId"
            params={{ taskId: task.id }}
            search={(old) => ({ ...old, tab: key })}
            resetScroll={false}
            aria-current={key === tab ? 'page' : undefined}
            className={tabClass}
          >
            {name}
          </Link>
        ))}
      </Tabs>
      <Tab task={task} tab={tab} />
    </Page>
  );
}

function Tab({ task, tab }: { task: ShownTask; tab: NonNullable<TaskSearch['tab']> }) {
  const { trials = {}, recommendations = {}, cost, slice } = route.useSearch();
  const navigate = route.useNavigate();
  switch (tab) {
    case 'recommendations':
      return (
        <RecommendationsTable
          search={{ ...recommendations, task: task.id }}
          onSearch={(change) =>
            navigate({
              search: (old) => ({ ...old, recommendations: { ...old.recommendations, ...change } }),
              resetScroll: false,
            })
          }
          hidden={inTask}
        />
      );
    case 'trials': {
      const onSearch = (change: Partial<NonNullable<TaskSearch['trials']>>) =>
        navigate({ search: (old) => ({ ...old, trials: { ...old.trials, ...change } }), resetScroll: false });
      return (
        <div className="flex flex-col gap-5">
          {trials.pick && <ComparedTrials ids={trials.pick} onClear={() => onSearch({ pick: undefined })} />}
          <TrialsTable search={{ ...trials, task: task.id }} onSearch={onSearch} hidden={inTask} />
        </div>
      );
    }
    case 'map':
      return (
        <Suspense fallback={<Loading />}>
          <TaskMap taskId={task.id} />
        </Suspense>
      );
    case 'charts':
      return (
        <Suspense fallback={<Loading />}>
          <TrialCharts
            taskId={task.id}
            choices={{ cost, slice }}
            onChoose={(choices) => navigate({ search: (old) => ({ ...old, ...choices }), resetScroll: false })}
          />
        </Suspense>
      );
    default:
      return <SentDescription task={task} />;
  }
}

const inTask = ['task'];
