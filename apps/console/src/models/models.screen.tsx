import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { duration, figure } from '../format/numbers.js';
import { Time } from '../format/time.js';
import {
  LineageDocument,
  type LineageQuery,
  ModelVersionsDocument,
  type VersionRowFragment,
} from '../graphql/generated/graphql.js';
import { useScreen } from '../graphql/use-screen.js';
import { useCaller } from '../shell/caller.js';
import { Await } from '../ui/await.js';
import { Badge } from '../ui/badge.js';
import { Card } from '../ui/card.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { VersionLink } from '../ui/link.js';
import { Page } from '../ui/page.js';
import { Pager } from '../ui/pager.js';
import { VersionActions } from './version-actions.js';
import { VersionState } from './version-state.js';

const route = getRouteApi('/models');

const Lineage = lazy(() => import('./lineage.js').then((module) => ({ default: module.Lineage })));

const nothing = {};

const columns: readonly Column<VersionRowFragment>[] = [
  { id: 'number', header: 'Version', cell: ({ number }) => <VersionLink number={number} /> },
  {
    id: 'state',
    header: 'State',
    cell: ({ state, pinnedAt }) => (
      <span className="inline-flex gap-1">
        <VersionState state={state} />
        {pinnedAt !== null && <Badge mood="warn">pinned</Badge>}
      </span>
    ),
  },
  { id: 'parent', header: 'From', cell: ({ parent }) => (parent === null ? '–' : <VersionLink number={parent} />) },
  { id: 'scorer', header: 'Ranker', cell: ({ scorer }) => scorer ?? '–' },
  { id: 'extractor', header: 'Extractor', number: true, cell: ({ extractorVersion }) => `v${extractorVersion}` },
  { id: 'trials', header: 'Trials', number: true, cell: ({ trialCount }) => trialCount },
  {
    id: 'ndcg',
    header: 'NDCG@10',
    number: true,
    hint: 'Out of fold, on tasks not seen',
    cell: ({ quality }) => figure(quality?.ndcg10),
  },
  {
    id: 'regret',
    header: 'Regret@1',
    number: true,
    hint: 'AP50 that first choices fell short of the best by, out of fold',
    cell: ({ quality }) => figure(quality?.regret1),
  },
  {
    id: 'forgetting',
    header: 'Forgetting',
    number: true,
    hint: 'NDCG@10 lost on the tasks of before',
    cell: ({ quality }) => figure(quality?.gate?.forgetting),
  },
  { id: 'reason', header: 'Why', cut: ({ reason }) => reason ?? '', cell: ({ reason }) => reason },
  { id: 'seconds', header: 'Took', number: true, cell: ({ seconds }) => (seconds === 0 ? '–' : duration(seconds)) },
  { id: 'at', header: 'Made', cell: ({ createdAt }) => <Time at={createdAt} /> },
];

type Extractor = LineageQuery['extractorVersions'][number];

const extractorColumns: readonly Column<Extractor>[] = [
  {
    id: 'version',
    header: 'Extractor',
    cell: ({ version, current }) => (
      <span className="inline-flex gap-2">
        v{version} {current && <Badge mood="good">current</Badge>}
      </span>
    ),
  },
  { id: 'hash', header: 'Hash', cell: ({ hash }) => <code title={hash}>{hash.slice(0, 12)}</code> },
  { id: 'first', header: 'Since', cell: ({ firstModel }) => <VersionLink number={firstModel} /> },
  { id: 'models', header: 'Model versions', number: true, cell: ({ models }) => models },
  { id: 'tasks', header: 'Tasks described with it', number: true, cell: ({ tasks }) => tasks },
  {
    id: 'alignment',
    header: 'Alignment R²',
    number: true,
    hint: 'Variance that the map from the extractor before explains',
    cell: ({ alignmentR2 }) => figure(alignmentR2),
  },
];

export function ModelsScreen() {
  const { after } = route.useSearch();
  const navigate = route.useNavigate();
  const { operator } = useCaller();
  const live = { live: ['models', 'training'] as const };
  const loaded = useScreen(ModelVersionsDocument, { first: 25, after: after ?? null }, live);
  const lineage = useScreen(LineageDocument, nothing, live);
  const current = lineage.data?.modelVersions.nodes.find(({ state }) => state === 'CURRENT');
  return (
    <Page
      title="Models"
      note="A version is an extractor and a ranker, never changed once made. The gate promotes it or rejects it, and says why."
      actions={operator && current && <VersionActions version={current} onDone={loaded.refresh} />}
    >
      <Card
        title="Lineage"
        note="Each version, the one it was made from, and how well it ranks tasks that it has not seen."
      >
        <Await of={lineage} lines={6}>
          {({ modelVersions }) => (
            <Suspense fallback={<div className="h-65" />}>
              <Lineage versions={modelVersions.nodes} />
            </Suspense>
          )}
        </Await>
      </Card>
      <Card title="Versions" flush>
        <Await of={loaded} lines={6}>
          {({ modelVersions }) => (
            <>
              <DataTable
                label="Model versions"
                columns={columns}
                rows={modelVersions.nodes}
                rowId={({ number }) => String(number)}
                busy={loaded.fetching}
              />
              <Pager
                page={modelVersions.pageInfo}
                after={after}
                onGo={(next) => navigate({ search: { after: next } })}
              />
            </>
          )}
        </Await>
      </Card>
      <Card title="Extractors" flush>
        <Await of={lineage}>
          {({ extractorVersions }) => (
            <DataTable
              label="Extractors"
              columns={extractorColumns}
              rows={extractorVersions}
              rowId={({ hash }) => hash}
            />
          )}
        </Await>
      </Card>
    </Page>
  );
}
