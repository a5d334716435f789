import { X } from 'lucide-react';
import { lazy, Suspense, useMemo } from 'react';
import { dimensionText, parseConfiguration, shortId, valueText } from '../format/configuration.js';
import { bytes, duration, figure, short } from '../format/numbers.js';
import { ComparedTrialsDocument, type ComparedTrialsQuery } from '../graphql/generated/graphql.js';
import { useScreen } from '../graphql/use-screen.js';
import { Await } from '../ui/await.js';
import { Button } from '../ui/button.js';
import { Card } from '../ui/card.js';
import { TaskLink, TrialLink } from '../ui/link.js';
import { styles } from '../ui/styles.js';

type Compared = ComparedTrialsQuery['trials']['nodes'][number];

const LearningCurves = lazy(() =>
  import('./learning-curves.js').then((module) => ({ default: module.LearningCurves })),
);

/** Up to five trials beside each other: what differs first. */
export function ComparedTrials({ ids, onClear }: { ids: readonly string[]; onClear: () => void }) {
  const variables = useMemo(() => ({ ids: [...ids] }), [ids]);
  const loaded = useScreen(ComparedTrialsDocument, variables);
  return (
    <Card
      title={`Compare ${ids.length} of at most 5`}
      note="What differs between them is set in bold."
      actions={
        <Button look="quiet" onClick={onClear}>
          <X aria-hidden className="size-4" /> Close
        </Button>
      }
    >
      <Await of={loaded}>
        {({ trials }) => (
          <div className="flex flex-col gap-4">
            <Beside trials={trials.nodes} />
            <Suspense>
              <LearningCurves
                curves={trials.nodes.map(({ configurationId, curve }) => ({
                  name: shortId(configurationId),
                  points: curve,
                }))}
              />
            </Suspense>
          </div>
        )}
      </Await>
    </Card>
  );
}

function Beside({ trials }: { trials: readonly Compared[] }) {
  const configurations = trials.map(({ configuration }) => parseConfiguration(configuration).values);
  const dimensions = [...new Set(configurations.flatMap((values) => Object.keys(values)))];
  const rows: [name: string, texts: string[]][] = dimensions.map((name) => [
    dimensionText(name),
    configurations.map((values) => (name in values ? valueText(values[name]) : '–')),
  ]);
  const differs = (texts: readonly string[]) => new Set(texts).size > 1;
  rows.sort(([, one], [, other]) => Number(differs(other)) - Number(differs(one)));
  const measured: [name: string, texts: string[]][] = [
    ['AP50', trials.map(({ score }) => figure(score))],
    ['MACs', trials.map(({ cost }) => short(cost.macs))],
    ['Size', trials.map(({ cost }) => bytes(cost.bytes))],
    ['Trained for', trials.map(({ seconds }) => duration(seconds))],
  ];
  return (
    <div className="relative overflow-x-auto">
      <table className="w-full text-left">
        <thead>
          <tr className="border-b border-line align-bottom">
            <th scope="col" className="py-2 pr-4 text-xs font-medium text-quiet">
              Dimension
            </th>
            {trials.map((trial) => (
              <th key={trial.id} scope="col" className="px-3 py-2 font-normal">
                <TrialLink id={trial.id}>
                  <code>{shortId(trial.configurationId)}</code>
                </TrialLink>
                <div className="text-xs">
                  <TaskLink id={trial.taskId} name={trial.taskName} />
                </div>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...measured, ...rows].map(([name, texts]) => (
            <tr key={name} className="border-b border-line last:border-0">
              <th scope="row" className="py-1 pr-4 font-normal text-quiet">
                {name}
              </th>
              {texts.map((value, at) => (
                <td
                  key={trials[at]!.id}
                  className={styles('px-3 py-1', differs(texts) ? 'font-semibold' : 'text-quiet')}
                >
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
