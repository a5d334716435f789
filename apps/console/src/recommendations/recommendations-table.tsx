import { useMemo } from 'react';
import { figure } from '../format/numbers.js';
import { Time } from '../format/time.js';
import { words } from '../format/words.js';
import { type RecommendationRowFragment, RecommendationsDocument } from '../graphql/generated/graphql.js';
import { useScreen } from '../graphql/use-screen.js';
import { Await } from '../ui/await.js';
import { Card } from '../ui/card.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { RecommendationLink, TaskLink, VersionLink } from '../ui/link.js';
import { Pager } from '../ui/pager.js';
import { ScoreBar } from '../ui/score-bar.js';
import { Empty } from '../ui/states.js';
import { type RecommendationSearch, recommendationFilter, recommendationSort } from './recommendation-search.js';

const columns: readonly Column<RecommendationRowFragment>[] = [
  {
    id: 'at',
    header: 'Asked',
    sort: 'CREATED',
    cell: ({ id, createdAt }) => (
      <RecommendationLink id={id}>
        <Time at={createdAt} />
      </RecommendationLink>
    ),
  },
  { id: 'task', header: 'Task', cell: ({ taskId, taskName }) => <TaskLink id={taskId} name={taskName} /> },
  {
    id: 'model',
    header: 'Model version',
    number: true,
    sort: 'MODEL_VERSION',
    cell: ({ modelVersion }) => <VersionLink number={modelVersion} />,
  },
  { id: 'count', header: 'Configurations', number: true, cell: ({ items }) => items.length },
  {
    id: 'reason',
    header: 'Chosen by',
    cell: ({ items }) => [...new Set(items.map(({ reason }) => words(reason)))].join(', '),
  },
  {
    id: 'regret',
    header: 'Expected regret',
    number: true,
    hint: 'AP50 that first choices fell short of the best by, on tasks that the model had not seen',
    cell: ({ expectedRegret }) => figure(expectedRegret?.first),
  },
  { id: 'trials', header: 'Trials', number: true, cell: ({ trialCount }) => trialCount },
  { id: 'best', header: 'Best AP50', cell: ({ bestScore }) => <ScoreBar score={bestScore} /> },
];

interface RecommendationsTableProps {
  readonly search: RecommendationSearch;
  readonly onSearch: (change: Partial<RecommendationSearch>) => void;
  readonly hidden?: readonly string[];
}

export function RecommendationsTable({ search, onSearch, hidden }: RecommendationsTableProps) {
  const key = JSON.stringify(search);
  const variables = useMemo(() => {
    const now = JSON.parse(key) as RecommendationSearch;
    return { first: 25, after: now.after ?? null, filter: recommendationFilter(now), sort: recommendationSort(now) };
  }, [key]);
  const loaded = useScreen(RecommendationsDocument, variables, { live: ['trials'] });
  return (
    <Card flush>
      <Await of={loaded} lines={6}>
        {({ recommendations, recommendationCount }) =>
          recommendations.nodes.length === 0 ? (
            <Empty title="No recommendation fits">
              <code>npx edgelore recommend FOLDER</code> asks for one.
            </Empty>
          ) : (
            <>
              <DataTable
                label="Recommendations"
                columns={columns}
                rows={recommendations.nodes}
                rowId={({ id }) => id}
                order={recommendationSort(search)}
                onOrder={({ field, direction }) =>
                  onSearch({ sort: field as RecommendationSearch['sort'], dir: direction, after: undefined })
                }
                {...(hidden ? { hidden } : {})}
                busy={loaded.fetching}
              />
              <Pager
                page={recommendations.pageInfo}
                after={search.after}
                total={recommendationCount}
                noun="recommendation"
                onGo={(after) => onSearch({ after })}
              />
            </>
          )
        }
      </Await>
    </Card>
  );
}
