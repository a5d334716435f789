import { getRouteApi } from '@tanstack/react-router';
import { TaskNamesDocument } from '../graphql/generated/graphql.js';
import { useScreen } from '../graphql/use-screen.js';
import { Choice, Filters } from '../ui/filters.js';
import { Page } from '../ui/page.js';
import type { RecommendationSearch } from './recommendation-search.js';
import { RecommendationsTable } from './recommendations-table.js';

const route = getRouteApi('/recommendations');

const nothing = {};

export function RecommendationsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tasks = useScreen(TaskNamesDocument, nothing);
  const change = (to: Partial<RecommendationSearch>) =>
    navigate({ search: (old) => ({ ...old, ...to }), resetScroll: false });
  const narrow = (to: Partial<RecommendationSearch>) => change({ after: undefined, ...to });
  const narrowed = [search.task, search.reason, search.tried, search.version].some((value) => value !== undefined);
  return (
    <Page title="Recommendations" note="Ranked configurations for a task, as the platform answered.">
      <Filters onClear={narrowed ? () => navigate({ search: {} }) : undefined}>
        <Choice
          label="Task"
          value={search.task}
          options={(tasks.data?.tasks.nodes ?? []).map(({ id, name }) => [id, name] as const)}
          onChange={(task) => narrow({ task })}
        />
        <Choice
          label="Chosen by"
          value={search.reason}
          options={[
            ['RANKER', 'ranker'],
            ['NEAREST_TASKS', 'nearest tasks'],
            ['COLD_PORTFOLIO', 'cold portfolio'],
          ]}
          onChange={(reason) => narrow({ reason: reason as RecommendationSearch['reason'] })}
        />
        <Choice
          label="Tried"
          value={search.tried === undefined ? undefined : String(search.tried)}
          options={[
            ['true', 'yes'],
            ['false', 'no'],
          ]}
          onChange={(value) => narrow({ tried: value === undefined ? undefined : value === 'true' })}
        />
      </Filters>
      <RecommendationsTable search={search} onSearch={change} />
    </Page>
  );
}
