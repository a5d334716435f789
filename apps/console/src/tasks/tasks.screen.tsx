import { getRouteApi, Link } from '@tanstack/react-router';
import { ScanFace } from 'lucide-react';
import { useMemo } from 'react';
import { TasksDocument } from '../graphql/generated/graphql.js';
import { useScreen } from '../graphql/use-screen.js';
import { Await } from '../ui/await.js';
import { buttonClass } from '../ui/button.js';
import { Card } from '../ui/card.js';
import { DataTable } from '../ui/data-table.js';
import { Choice, Filters, Typed } from '../ui/filters.js';
import { linkClass } from '../ui/link-text.js';
import { Page } from '../ui/page.js';
import { Pager } from '../ui/pager.js';
import { Empty } from '../ui/states.js';
import { taskColumns } from './task-columns.js';
import { type TasksSearch, taskFilter, taskSort } from './task-search.js';

const route = getRouteApi('/tasks');

export function TasksScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const variables = useMemo(
    () => ({ first: 25, after: search.after ?? null, filter: taskFilter(search), sort: taskSort(search) }),
    [search],
  );
  const loaded = useScreen(TasksDocument, variables, { live: ['trials'] });
  const change = (to: Partial<TasksSearch>) => navigate({ search: (old) => ({ ...old, ...to }), resetScroll: false });
  const narrow = (to: Partial<TasksSearch>) => change({ after: undefined, ...to });
  const narrowed = [search.search, search.open, search.noised, search.tried].some((value) => value !== undefined);
  const yesNo = (key: 'open' | 'noised' | 'tried', label: string, yes: string, no: string) => (
    <Choice
      label={label}
      value={search[key] === undefined ? undefined : String(search[key])}
      options={[
        ['true', yes],
        ['false', no],
      ]}
      onChange={(value) => narrow({ [key]: value === undefined ? undefined : value === 'true' })}
    />
  );
  return (
    <Page
      title="Tasks"
      note="One task is one private dataset with a goal, known here by its description only."
      actions={
        <Link to="/describe" className={buttonClass()}>
          <ScanFace aria-hidden className="size-4" /> Describe here
        </Link>
      }
    >
      <Filters onClear={narrowed ? () => navigate({ search: {} }) : undefined}>
        <Typed
          label="Name"
          placeholder="part of a name"
          value={search.search}
          onChange={(text) => narrow({ search: text })}
        />
        {yesNo('open', 'Kind', 'open', 'private')}
        {yesNo('noised', 'Noise', 'with noise', 'without')}
        {yesNo('tried', 'Trials', 'some', 'none')}
      </Filters>
      <Card flush>
        <Await of={loaded} lines={8}>
          {({ tasks, taskCount }) =>
            tasks.nodes.length === 0 ? (
              <Empty title={narrowed ? 'No task fits' : 'No task yet'}>
                <code>npx edgelore recommend FOLDER</code> sends one, and so does{' '}
                <Link to="/describe" className={linkClass}>
                  describing here
                </Link>
                .
              </Empty>
            ) : (
              <>
                <DataTable
                  label="Tasks"
                  columns={taskColumns}
                  rows={tasks.nodes}
                  rowId={(task) => task.id}
                  order={taskSort(search)}
                  onOrder={({ field, direction }) => narrow({ sort: field as TasksSearch['sort'], dir: direction })}
                  busy={loaded.fetching}
                />
                <Pager
                  page={tasks.pageInfo}
                  after={search.after}
                  total={taskCount}
                  noun="task"
                  onGo={(after) => change({ after })}
                />
              </>
            )
          }
        </Await>
      </Card>
    </Page>
  );
}
