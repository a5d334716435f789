import { getRouteApi } from '@tanstack/react-router';
import { TaskChoice } from '../tasks/task-choice.js';
import { Choice, Filters, Typed, YesNo } from '../ui/filters.js';
import { Page } from '../ui/page.js';
import { ComparedTrials } from './compared-trials.js';
import type { TrialSearch } from './trial-search.js';
import { TrialsTable } from './trials-table.js';

const route = getRouteApi('/trials');

export function TrialsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const narrow = (change: Partial<TrialSearch>) =>
    navigate({ search: (old) => ({ ...old, after: undefined, ...change }), resetScroll: false });
  const toNumber = (value: string | undefined) => (value === undefined ? undefined : Number(value));
  const { after: _after, sort: _sort, dir: _dir, pick: _pick, ...filter } = search;
  const narrowed = Object.values(filter).some((value) => value !== undefined);

  return (
    <Page
      title="Trials"
      note="One configuration trained on a task by its owner, with what it reached and what it cost."
    >
      <Filters onClear={narrowed ? () => navigate({ search: {} }) : undefined}>
        <TaskChoice value={search.task} onChange={(task) => narrow({ task })} />
        <Choice
          label="State"
          value={search.state}
          options={[
            ['COMPLETED', 'completed'],
            ['FAILED', 'failed'],
          ]}
          onChange={(state) => narrow({ state: state as TrialSearch['state'] })}
        />
        <YesNo label="Recommended" value={search.recommended} onChange={(recommended) => narrow({ recommended })} />
        <Typed
          numeric
          label="AP50 at least"
          value={search.minScore?.toString()}
          onChange={(value) => narrow({ minScore: toNumber(value) })}
        />
        <Typed
          numeric
          label="MACs at most (M)"
          value={search.maxMacs?.toString()}
          onChange={(value) => narrow({ maxMacs: toNumber(value) })}
        />
        <Typed
          label="Dimension"
          placeholder="inputSize=320"
          value={search.where}
          onChange={(where) => narrow({ where })}
        />
      </Filters>
      {search.pick && (
        <ComparedTrials ids={search.pick} onClear={() => narrow({ pick: undefined, after: search.after })} />
      )}
      <TrialsTable
        search={search}
        onSearch={(change) => navigate({ search: (old) => ({ ...old, ...change }), resetScroll: false })}
      />
    </Page>
  );
}
