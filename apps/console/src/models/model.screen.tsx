import { getRouteApi } from '@tanstack/react-router';
import { figure, signed } from '../format/numbers.js';
import { Time } from '../format/time.js';
import { plural } from '../format/words.js';
import { ModelVersionDocument, type ModelVersionQuery } from '../graphql/generated/graphql.js';
import { isRefusal } from '../graphql/outcome.js';
import { useScreen } from '../graphql/use-screen.js';
import { useCaller } from '../shell/caller.js';
import { Await } from '../ui/await.js';
import { Badge } from '../ui/badge.js';
import { Card } from '../ui/card.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { Facts } from '../ui/facts.js';
import { VersionLink } from '../ui/link.js';
import { Page } from '../ui/page.js';
import { Failed } from '../ui/states.js';
import { styles } from '../ui/styles.js';
import { type Fold, parseEvaluation } from './evaluation.js';
import { VersionActions } from './version-actions.js';
import { VersionState } from './version-state.js';

export type ShownVersion = Exclude<ModelVersionQuery['modelVersion'], { __typename: 'Failure' }>;

const route = getRouteApi('/models/$number');

export function ModelScreen() {
  const { number } = route.useParams();
  const loaded = useScreen(ModelVersionDocument, { number: Number(number) || 0 }, { live: ['models'] });
  return (
    <Await of={loaded} lines={8}>
      {({ modelVersion }) =>
        isRefusal(modelVersion) ? (
          <Failed fault={modelVersion} />
        ) : (
          <Shown version={modelVersion} onChanged={loaded.refresh} />
        )
      }
    </Await>
  );
}

function Shown({ version, onChanged }: { version: ShownVersion; onChanged: () => void }) {
  const { operator } = useCaller();
  const evaluation = parseEvaluation(version.evaluation);
  return (
    <Page
      title={`Model version ${version.number}`}
      above={
        <span className="inline-flex gap-1">
          <VersionState state={version.state} />
          {version.pinnedAt !== null && <Badge mood="warn">pinned</Badge>}
        </span>
      }
      actions={operator && <VersionActions version={version} onDone={onChanged} />}
    >
      <Card>
        <Facts
          facts={{
            'Made from': version.parent === null ? 'nothing before' : <VersionLink number={version.parent} />,
            Ranker: version.scorer ?? 'none',
            Extractor: <span title={version.extractorHash}>v{version.extractorVersion}</span>,
            ...(version.restores === null ? {} : { 'Brings back': <VersionLink number={version.restores} /> }),
            Tasks: version.taskCount,
            Trials: version.trialCount,
            Trained: <Time at={version.createdAt} />,
            Decided: <Time at={version.decidedAt} />,
            Experience: <code title={version.dataHash}>{version.dataHash.slice(0, 12)}</code>,
            Seed: version.seed ?? 'none',
          }}
        />
      </Card>
      <Card title="The gate’s verdict">
        <p className="flex flex-wrap items-center gap-2">
          {version.verdict && (
            <Badge mood={version.verdict === 'PROMOTE' ? 'good' : 'bad'}>
              {version.verdict === 'PROMOTE' ? 'promote' : 'reject'}
            </Badge>
          )}
          <span className="max-w-prose">{version.reason ?? 'Not judged yet.'}</span>
        </p>
      </Card>
      {evaluation && <Metrics metrics={evaluation.metrics} />}
      {evaluation?.folds && (
        <Card
          title="On tasks that it had not seen"
          note={`Each of ${plural(evaluation.folds.length, 'task')} was held out in turn. Higher NDCG and lower regret are better.`}
          flush
        >
          <DataTable label="Held-out tasks" columns={foldColumns} rows={evaluation.folds} rowId={({ task }) => task} />
        </Card>
      )}
    </Page>
  );
}

const foldColumns: readonly Column<Fold>[] = [
  { id: 'task', header: 'Task', cut: ({ task }) => task, cell: ({ task }) => task },
  { id: 'trials', header: 'Trials', number: true, cell: ({ trials }) => trials },
  {
    id: 'ndcg',
    header: 'NDCG@10',
    number: true,
    cell: ({ candidateNdcg10 }) => <strong>{figure(candidateNdcg10)}</strong>,
  },
  { id: 'ndcgBefore', header: 'the version before', number: true, cell: ({ currentNdcg10 }) => figure(currentNdcg10) },
  {
    id: 'change',
    header: 'change',
    number: true,
    cell: ({ candidateNdcg10, currentNdcg10 }) => {
      const change = candidateNdcg10 - currentNdcg10;
      return (
        <span className={styles(change < -0.0005 ? 'text-bad' : change > 0.0005 && 'text-good')}>{signed(change)}</span>
      );
    },
  },
  { id: 'ndcgChance', header: 'chance', number: true, cell: ({ chanceNdcg10 }) => figure(chanceNdcg10) },
  {
    id: 'regret',
    header: 'Regret@1',
    number: true,
    hint: 'AP50 that the first choice fell short of the best by',
    cell: ({ candidateRegret1 }) => <strong>{figure(candidateRegret1)}</strong>,
  },
  {
    id: 'regretBefore',
    header: 'the version before',
    number: true,
    cell: ({ currentRegret1 }) => figure(currentRegret1),
  },
  { id: 'regretChance', header: 'chance', number: true, cell: ({ chanceRegret1 }) => figure(chanceRegret1) },
  { id: 'tau', header: 'Kendall’s τ', number: true, cell: ({ candidateTau }) => figure(candidateTau, 2) },
];

const scorers = ['bilinear', 'trees', 'mlp', 'graph'] as const;

/** Every kind of ranker was tried out of fold; the best of them became the version's. */
function Metrics({ metrics }: { metrics: Readonly<Record<string, number>> }) {
  const tried = scorers.filter((scorer) => `${scorer}.ndcg10` in metrics);
  return (
    <Card title="Metrics" note="Out of fold: every task was ranked by a model that had not seen it.">
      <Facts
        facts={{
          'NDCG@10': figure(metrics.ndcg10),
          'Regret@1': figure(metrics.regret1),
          'Regret@1 of the portfolio': figure(metrics.regret1Portfolio),
          'Regret@1 of the nearest tasks': figure(metrics.regret1NearestTasks),
          ...('forgetting' in metrics ? { Forgetting: figure(metrics.forgetting) } : {}),
        }}
      />
      {tried.length > 0 && (
        <table className="mt-4 text-left">
          <thead>
            <tr className="text-xs text-quiet">
              <th scope="col" className="pr-6 font-medium">
                Kind of ranker
              </th>
              <th scope="col" className="pr-6 text-right font-medium">
                NDCG@10
              </th>
              <th scope="col" className="text-right font-medium">
                Regret@1
              </th>
            </tr>
          </thead>
          <tbody>
            {tried.map((scorer) => (
              <tr key={scorer}>
                <th scope="row" className="pr-6 font-normal">
                  {scorer}
                </th>
                <td className="pr-6 text-right">{figure(metrics[`${scorer}.ndcg10`])}</td>
                <td className="text-right">{figure(metrics[`${scorer}.regret1`])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
