import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { dimensionText, parseConfiguration, shortId, valueText } from '../format/configuration.js';
import { bytes, count, duration, figure, short } from '../format/numbers.js';
import { Time } from '../format/time.js';
import { TrialDocument, type TrialQuery } from '../graphql/generated/graphql.js';
import { isRefusal } from '../graphql/outcome.js';
import { useScreen } from '../graphql/use-screen.js';
import { Await } from '../ui/await.js';
import { Badge } from '../ui/badge.js';
import { Card } from '../ui/card.js';
import { CopyButton } from '../ui/copy-button.js';
import { Facts } from '../ui/facts.js';
import { RecommendationLink, TaskLink, VersionLink } from '../ui/link.js';
import { Page } from '../ui/page.js';
import { Failed } from '../ui/states.js';
import { styles } from '../ui/styles.js';

type Trial = Exclude<TrialQuery['trial'], { __typename: 'Failure' }>;

const LearningCurves = lazy(() =>
  import('./learning-curves.js').then((module) => ({ default: module.LearningCurves })),
);
const route = getRouteApi('/trials/$trialId');

export function TrialScreen() {
  const { trialId } = route.useParams();
  return (
    <Await of={useScreen(TrialDocument, { id: trialId })} lines={8}>
      {({ trial }) => (isRefusal(trial) ? <Failed fault={trial} /> : <Shown trial={trial} />)}
    </Await>
  );
}

function Shown({ trial }: { trial: Trial }) {
  const { values, space } = parseConfiguration(trial.configuration);
  const different = new Map(trial.difference.map((difference) => [difference.dimension, difference.default]));
  return (
    <Page
      title={`Trial of ${shortId(trial.configurationId)}`}
      above={<TaskLink id={trial.taskId} name={trial.taskName} tab="trials" />}
      actions={<CopyButton text={JSON.stringify(trial.configuration, null, 2)}>Copy configuration</CopyButton>}
    >
      <Card>
        <Facts
          facts={{
            AP50: trial.state === 'FAILED' ? <Badge mood="bad">failed</Badge> : figure(trial.score),
            MACs: short(trial.cost.macs),
            'Size as float32': bytes(trial.cost.bytes),
            Parameters: count(trial.cost.parameters),
            'Trained for': duration(trial.seconds),
            'Optimiser steps': count(trial.steps),
            Backend: trial.backend,
            'Recommended by':
              trial.recommendationId === null ? (
                'nobody'
              ) : (
                <RecommendationLink id={trial.recommendationId}>recommendation</RecommendationLink>
              ),
            'Counted in': trial.countedIn === null ? 'no version yet' : <VersionLink number={trial.countedIn} />,
            Reported: <Time at={trial.createdAt} />,
            Report: <code>{trial.reportId}</code>,
          }}
        />
      </Card>
      <Card title="Learning curve" note="Held-out average precision at IoU 0.5 while training.">
        {trial.curve.length === 0 ? (
          <p className="text-quiet">The owner told none.</p>
        ) : (
          <Suspense>
            <LearningCurves curves={[{ name: shortId(trial.configurationId), points: trial.curve }]} />
          </Suspense>
        )}
      </Card>
      <Card title="Configuration" note={`A point of ${space}. What is not the default is set in bold.`}>
        <dl className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,13rem),1fr))] gap-x-6 gap-y-2">
          {Object.entries(values).map(([name, value]) => (
            <div key={name} className="flex justify-between gap-2 border-b border-line pb-1">
              <dt className="text-quiet">{dimensionText(name)}</dt>
              <dd
                className={styles(different.has(name) && 'font-semibold')}
                title={different.has(name) ? `default: ${valueText(different.get(name))}` : undefined}
              >
                {valueText(value)}
              </dd>
            </div>
          ))}
        </dl>
      </Card>
    </Page>
  );
}
