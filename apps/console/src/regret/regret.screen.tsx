import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { figure, NONE } from '../format/numbers.js';
import { Time } from '../format/time.js';
import { words } from '../format/words.js';
import {
  RealisedRegretsDocument,
  type RealisedRegretsQuery,
  RegretByVersionDocument,
} from '../graphql/generated/graphql.js';
import { useScreen } from '../graphql/use-screen.js';
import { Await } from '../ui/await.js';
import { Card } from '../ui/card.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { Choice, Filters } from '../ui/filters.js';
import { RecommendationLink, TaskLink, VersionLink } from '../ui/link.js';
import { Page } from '../ui/page.js';
import { Pager } from '../ui/pager.js';
import { Empty } from '../ui/states.js';
import type { VersionRegret } from './regret-chart.js';

const route = getRouteApi('/regret');

const RegretChart = lazy(() => import('./regret-chart.js').then((module) => ({ default: module.RegretChart })));

const nothing = {};
const live = { live: ['trials', 'models'] } as const;

const versionColumns: readonly Column<VersionRegret>[] = [
  { id: 'version', header: 'Model version', cell: ({ modelVersion }) => <VersionLink number={modelVersion} /> },
  { id: 'tasks', header: 'Past tasks', number: true, cell: ({ taskCount }) => taskCount },
  {
    id: 'recommendations',
    header: 'Recommendations tried',
    number: true,
    cell: ({ recommendations }) => recommendations,
  },
  {
    id: 'first',
    header: 'Regret, first choice',
    number: true,
    cell: ({ firstRegret, firstError }) => withError(firstRegret, firstError),
  },
  {
    id: 'best',
    header: 'Regret, best tried',
    number: true,
    cell: ({ bestRegret, bestError }) => withError(bestRegret, bestError),
  },
  {
    id: 'expected',
    header: 'Expected',
    number: true,
    hint: 'What the version’s own evidence had promised of first choices',
    cell: ({ expectedRegret }) => figure(expectedRegret),
  },
  { id: 'since', header: 'Made', cell: ({ createdAt }) => <Time at={createdAt} /> },
];

type Realised = RealisedRegretsQuery['realisedRegrets']['nodes'][number];

const realisedColumns: readonly Column<Realised>[] = [
  {
    id: 'at',
    header: 'Asked',
    cell: ({ recommendationId, createdAt }) => (
      <RecommendationLink id={recommendationId}>
        <Time at={createdAt} />
      </RecommendationLink>
    ),
  },
  { id: 'task', header: 'Task', cell: ({ taskId, taskName }) => <TaskLink id={taskId} name={taskName} /> },
  {
    id: 'version',
    header: 'Model version',
    number: true,
    cell: ({ modelVersion }) => <VersionLink number={modelVersion} />,
  },
  { id: 'reason', header: 'Chosen by', cell: ({ reason }) => words(reason) },
  { id: 'trials', header: 'Trials', number: true, cell: ({ trials }) => trials },
  { id: 'known', header: 'Best known AP50', number: true, cell: ({ bestKnown }) => figure(bestKnown) },
  {
    id: 'first',
    header: 'Regret, first choice',
    number: true,
    cell: ({ firstRegret }) => (firstRegret === null ? 'not tried' : figure(firstRegret)),
  },
  { id: 'best', header: 'Regret, best tried', number: true, cell: ({ bestRegret }) => figure(bestRegret) },
];

export function RegretScreen() {
  const { by = 'version', version, after } = route.useSearch();
  const navigate = route.useNavigate();
  const versions = useScreen(RegretByVersionDocument, nothing, live);
  const variables = useMemo(
    () => ({ first: 25, after: after ?? null, filter: { modelVersion: version ?? null } }),
    [after, version],
  );
  const realised = useScreen(RealisedRegretsDocument, variables, live);
  return (
    <Page
      title="Regret"
      note="How good past recommendations turned out: how much AP50 they fell short of the best that is known for their task today."
    >
      <Await of={versions} lines={6}>
        {({ regretByVersion }) =>
          regretByVersion.length === 0 ? (
            <Card>
              <Empty title="Nothing to judge yet">
                Regret is known once an owner has trained a recommended configuration and reported it.
              </Empty>
            </Card>
          ) : (
            <>
              <Card
                title="By model version"
                actions={
                  <Choice
                    label="Along"
                    required
                    value={by}
                    options={[
                      ['version', 'model version'],
                      ['tasks', 'number of past tasks'],
                    ]}
                    onChange={(value) =>
                      navigate({
                        search: (old) => ({ ...old, by: value === 'tasks' ? 'tasks' : undefined }),
                        resetScroll: false,
                      })
                    }
                  />
                }
              >
                <Suspense fallback={<div className="h-80" />}>
                  <RegretChart versions={regretByVersion} by={by} />
                </Suspense>
              </Card>
              <Card flush title="Versions whose recommendations were tried">
                <DataTable
                  label="Regret by model version"
                  columns={versionColumns}
                  rows={regretByVersion}
                  rowId={({ modelVersion }) => String(modelVersion)}
                />
              </Card>
              <Filters
                onClear={
                  version === undefined
                    ? undefined
                    : () => navigate({ search: (old) => ({ by: old.by }), resetScroll: false })
                }
              >
                <Choice
                  label="Model version"
                  value={version?.toString()}
                  options={regretByVersion.map(
                    ({ modelVersion }) => [String(modelVersion), `v${modelVersion}`] as const,
                  )}
                  onChange={(value) =>
                    navigate({
                      search: (old) => ({
                        ...old,
                        after: undefined,
                        version: value === undefined ? undefined : Number(value),
                      }),
                      resetScroll: false,
                    })
                  }
                />
              </Filters>
            </>
          )
        }
      </Await>
      <Card flush title="Recommendations that were tried">
        <Await of={realised}>
          {({ realisedRegrets }) =>
            realisedRegrets.nodes.length === 0 ? (
              <Empty title="None yet" />
            ) : (
              <>
                <DataTable
                  label="Recommendations that were tried"
                  columns={realisedColumns}
                  rows={realisedRegrets.nodes}
                  rowId={({ recommendationId }) => recommendationId}
                  busy={realised.fetching}
                />
                <Pager
                  page={realisedRegrets.pageInfo}
                  after={after}
                  onGo={(next) => navigate({ search: (old) => ({ ...old, after: next }), resetScroll: false })}
                />
              </>
            )
          }
        </Await>
      </Card>
    </Page>
  );
}

function withError(value: number | null, error: number | null): string {
  if (value === null) return NONE;
  return error === null ? figure(value) : `${figure(value)} ± ${figure(error)}`;
}
