import { getRouteApi } from '@tanstack/react-router';
import { bytes, figure, NONE, short } from '../format/numbers.js';
import { Time } from '../format/time.js';
import { plural, words } from '../format/words.js';
import { RecommendationDocument } from '../graphql/generated/graphql.js';
import { isRefusal } from '../graphql/outcome.js';
import { useScreen } from '../graphql/use-screen.js';
import { Await } from '../ui/await.js';
import { Badge } from '../ui/badge.js';
import { Card } from '../ui/card.js';
import { CopyButton } from '../ui/copy-button.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { Facts } from '../ui/facts.js';
import { TaskLink, TrialLink, VersionLink } from '../ui/link.js';
import { linkClass } from '../ui/link-text.js';
import { Page } from '../ui/page.js';
import { Failed } from '../ui/states.js';
import { itemColumns } from './item-columns.js';
import { ItemWhy } from './item-why.js';
import { type RecommendedItem, reasons, type ShownRecommendation, trainingCommand } from './recommended-item.js';

const route = getRouteApi('/recommendations/$recommendationId');

export function RecommendationScreen() {
  const { recommendationId } = route.useParams();
  const loaded = useScreen(RecommendationDocument, { id: recommendationId }, { live: ['trials'] });
  return (
    <Await of={loaded} lines={8}>
      {({ recommendation }) =>
        isRefusal(recommendation) ? <Failed fault={recommendation} /> : <Shown recommendation={recommendation} />
      }
    </Await>
  );
}

function Shown({ recommendation }: { recommendation: ShownRecommendation }) {
  const { expectedRegret, neighbours, items, limits } = recommendation;
  const { why = 1 } = route.useSearch();
  const navigate = route.useNavigate();
  const explained = items.find(({ rank }) => rank === why) ?? items[0];
  const bounds = [
    limits.maxMacs === null ? undefined : `${short(limits.maxMacs)} MACs`,
    limits.maxBytes === null ? undefined : bytes(limits.maxBytes),
  ].filter((bound) => bound !== undefined);

  const columns: readonly Column<RecommendedItem>[] = [
    ...itemColumns,
    {
      id: 'tried',
      header: 'Reached AP50',
      hint: 'What its trials reached',
      cell: ({ trials }) =>
        trials.length === 0 ? (
          <span className="text-quiet">not tried</span>
        ) : (
          <span className="flex gap-2">
            {trials.slice(0, 3).map(({ id, score }) => (
              <TrialLink key={id} id={id}>
                {score === null ? 'failed' : figure(score)}
              </TrialLink>
            ))}
          </span>
        ),
    },
    {
      id: 'why',
      header: 'Why',
      cell: ({ rank }) => (
        <button
          type="button"
          className={`${linkClass} cursor-pointer`}
          aria-pressed={rank === explained?.rank}
          onClick={() => navigate({ search: { why: rank }, resetScroll: false })}
        >
          why<span className="sr-only"> rank {rank}</span>
        </button>
      ),
    },
  ];
  const all = items.map(({ rank, configuration, score, spread }) => ({ rank, score, spread, configuration }));

  return (
    <Page
      title={`Recommendation for ${recommendation.taskName}`}
      above={<code>{recommendation.id}</code>}
      actions={<CopyButton text={JSON.stringify(all, null, 2)}>Copy all as JSON</CopyButton>}
    >
      <Card>
        <Facts
          facts={{
            Task: <TaskLink id={recommendation.taskId} name={recommendation.taskName} />,
            'Model version': <VersionLink number={recommendation.modelVersion} />,
            Asked: <Time at={recommendation.createdAt} />,
            Limits: bounds.length === 0 ? 'none' : `at most ${bounds.join(', ')}`,
            Tried:
              recommendation.trialCount === 0
                ? 'not yet'
                : `${plural(recommendation.trialCount, 'trial')}, best AP50 ${figure(recommendation.bestScore)}`,
            'Expected regret, first choice': withError(expectedRegret?.first, expectedRegret?.firstError),
            'Expected regret, best of three': withError(expectedRegret?.bestOfThree, expectedRegret?.bestOfThreeError),
          }}
        />
        <p className="mt-3 max-w-prose text-quiet">
          {expectedRegret
            ? `Expected regret is the AP50 that choices fell short of the best by, on ${plural(expectedRegret.tasks, 'task')} that the model had not seen.`
            : 'The model has no evidence of its regret yet.'}
        </p>
      </Card>
      <Card title="Ranked configurations" flush>
        <DataTable label="Ranked configurations" columns={columns} rows={items} rowId={({ rank }) => String(rank)} />
      </Card>
      {explained && (
        <Card
          title={`Why rank ${explained.rank}`}
          note={
            <>
              <Badge mood="note">{words(explained.reason)}</Badge> {reasons[explained.reason]}
            </>
          }
          actions={
            <>
              <CopyButton text={JSON.stringify(explained.configuration, null, 2)}>Copy as JSON</CopyButton>
              <CopyButton text={trainingCommand(explained)}>Copy as command</CopyButton>
            </>
          }
        >
          <ItemWhy item={explained} />
        </Card>
      )}
      {neighbours.length > 0 && (
        <Card title="Past tasks like this one" note="Nearest first, by the distance between descriptions." flush>
          <DataTable
            label="Past tasks like this one"
            rows={neighbours}
            rowId={({ distance }) => String(distance)}
            columns={[
              { id: 'name', header: 'Task', cell: ({ name }) => name ?? 'another owner’s' },
              { id: 'distance', header: 'Distance', number: true, cell: ({ distance }) => figure(distance) },
              { id: 'best', header: 'Best AP50', number: true, cell: ({ bestScore }) => figure(bestScore) },
            ]}
          />
        </Card>
      )}
    </Page>
  );
}

function withError(value: number | undefined, error: number | undefined): string {
  return value === undefined ? NONE : `${figure(value)} ± ${figure(error)}`;
}
