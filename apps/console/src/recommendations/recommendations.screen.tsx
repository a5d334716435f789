import { getRouteApi } from '@tanstack/react-router';
import { TaskChoice } from '../tasks/task-choice.js';
import { Choice, Filters, YesNo } from '../ui/filters.js';
import { Page } from '../ui/page.js';
import type { RecommendationSearch } from './recommendation-search.js';
import { RecommendationsTable } from './recommendations-table.js';

const route = getRouteApi('/recommendations');

export function RecommendationsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (to: Partial<RecommendationSearch>) =>
    navigate({ search: (old) => ({ ...old, ...to }), resetScroll: false });
  const narrow = (to: Partial<RecommendationSearch>) => change({ after: undefined, ...to });
  const narrowed = [search.task, search.reason, search.tried, search.version].some((value) => value !== undefined);
  return (
    <Page title="Recommendations" note="Ranked configurations for a task, as the platform answered.">
      <Filters onClear={narrowed ? () => navigate({ search: {} }) : undefined}>
        <TaskChoice value={search.task} onChange={(task) => narrow({ task })} />
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
        <YesNo label="Tried" value={search.tried} onChange={(tried) => narrow({ tried })} />
      </Filters>
      <RecommendationsTable search={search} onSearch={change} />
    </Page>
  );
}
