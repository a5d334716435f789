import { useMemo } from 'react';
import { duration, figure } from '../format/numbers.js';
import { plural } from '../format/words.js';
import { TrialsDocument } from '../graphql/generated/graphql.js';
import { useScreen } from '../graphql/use-screen.js';
import { Await } from '../ui/await.js';
import { Card } from '../ui/card.js';
import { DataTable, type Order } from '../ui/data-table.js';
import { Pager } from '../ui/pager.js';
import { Empty } from '../ui/states.js';
import { trialColumns } from './trial-columns.js';
import { type TrialSearch, trialFilter, trialSort } from './trial-search.js';

interface TrialsTableProps {
  readonly search: TrialSearch;
  readonly onSearch: (change: Partial<TrialSearch>) => void;
  readonly hidden?: readonly string[];
}

export function TrialsTable({ search, onSearch, hidden }: TrialsTableProps) {
  const { pick: _, ...asked } = search;
  const key = JSON.stringify(asked);
  const variables = useMemo(() => {
    const now = JSON.parse(key) as TrialSearch;
    return { first: 25, after: now.after ?? null, filter: trialFilter(now), sort: trialSort(now) };
  }, [key]);
  const loaded = useScreen(TrialsDocument, variables, { live: ['trials'] });
  return (
    <Card flush>
      <Await of={loaded} lines={8}>
        {({ trials, trialTotals }) =>
          trials.nodes.length === 0 ? (
            <Empty title="No trial fits">
              A trial arrives when an owner trains a configuration and reports its score:{' '}
              <code>npx edgelore run FOLDER</code>.
            </Empty>
          ) : (
            <>
              <p className="px-5 pt-3 pb-1 text-quiet tabular-nums">
                {plural(trialTotals.count, 'trial')} of {plural(trialTotals.tasks, 'task')}, {trialTotals.failed} failed
                · best AP50 {figure(trialTotals.bestScore)}, mean {figure(trialTotals.meanScore)} ·{' '}
                {duration(trialTotals.seconds)} of training
              </p>
              <DataTable
                label="Trials"
                columns={trialColumns}
                rows={trials.nodes}
                rowId={(trial) => trial.id}
                order={trialSort(search)}
                onOrder={({ field, direction }: Order) =>
                  onSearch({ sort: field as TrialSearch['sort'], dir: direction, after: undefined })
                }
                picked={search.pick ?? []}
                onPick={(pick) => onSearch({ pick: pick.length === 0 ? undefined : pick })}
                {...(hidden ? { hidden } : {})}
                busy={loaded.fetching}
              />
              <Pager
                page={trials.pageInfo}
                after={search.after}
                total={trialTotals.count}
                noun="trial"
                onGo={(after) => onSearch({ after })}
              />
            </>
          )
        }
      </Await>
    </Card>
  );
}
