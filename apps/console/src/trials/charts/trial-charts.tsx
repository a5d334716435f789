import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { WhenVisible } from '../../charts/when-visible.js';
import { figure } from '../../format/numbers.js';
import { plural } from '../../format/words.js';
import {
  BestSoFarDocument,
  ChoicesDocument,
  CurvesDocument,
  ParetoDocument,
  PredictedDocument,
} from '../../graphql/generated/graphql.js';
import { isRefusal } from '../../graphql/outcome.js';
import { useScreen } from '../../graphql/use-screen.js';
import { Await } from '../../ui/await.js';
import { Card } from '../../ui/card.js';
import { Choice } from '../../ui/filters.js';
import { Failed } from '../../ui/states.js';
import { LearningCurves } from '../learning-curves.js';
import { BestSoFar } from './best-so-far.js';
import { Importance } from './importance.js';
import { Parallel } from './parallel.js';
import { Pareto } from './pareto.js';
import { PredictedRank } from './predicted-rank.js';
import { Slices } from './slices.js';

/** What the address holds of the charts. */
export interface ChartChoices {
  readonly cost?: 'MACS' | 'BYTES' | undefined;
  readonly slice?: string | undefined;
}

interface TrialChartsProps {
  readonly taskId: string;
  readonly choices: ChartChoices;
  readonly onChoose: (choices: ChartChoices) => void;
}

export function TrialCharts({ taskId, choices, onChoose }: TrialChartsProps) {
  const navigate = useNavigate();
  const open = (trialId: string) => navigate({ to: '/trials/$trialId', params: { trialId } });
  const { cost = 'MACS', slice } = choices;
  return (
    <div className="grid gap-5 xl:grid-cols-2">
      <Drawn title="Best so far" note="Each dot is a trial; the line is the best up to it.">
        <BestSoFarChart taskId={taskId} />
      </Drawn>
      <Drawn
        title="Precision against cost"
        note="Nothing that was tried is both cheaper and better than a point of the front."
        actions={
          <Choice
            label="Cost"
            required
            value={cost}
            options={[
              ['MACS', 'MACs'],
              ['BYTES', 'size'],
            ]}
            onChange={(value) => onChoose({ ...choices, cost: value === 'BYTES' ? 'BYTES' : undefined })}
          />
        }
      >
        <ParetoChart taskId={taskId} cost={cost} onPick={open} />
      </Drawn>
      <Drawn
        title="Predicted against measured rank"
        note="Ranks among the trials of one recommendation; on the dashed line both agree."
      >
        <PredictedChart taskId={taskId} onPick={open} />
      </Drawn>
      <Drawn title="Learning curves" note="The best ten trials, while they were trained.">
        <CurvesChart taskId={taskId} />
      </Drawn>
      <div className="xl:col-span-2">
        <WhenVisible height={400}>
          <ChoicesCharts taskId={taskId} slice={slice} onSlice={(chosen) => onChoose({ ...choices, slice: chosen })} />
        </WhenVisible>
      </div>
    </div>
  );
}

function Drawn({ children, ...card }: { title: string; note: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <Card {...card}>
      <WhenVisible height={280}>{children}</WhenVisible>
    </Card>
  );
}

const live = { live: ['trials'] } as const;

function BestSoFarChart({ taskId }: { taskId: string }) {
  return (
    <Await of={useScreen(BestSoFarDocument, { taskId }, live)}>
      {({ trialCharts }) =>
        isRefusal(trialCharts) ? (
          <Failed fault={trialCharts} />
        ) : trialCharts.of === 0 ? (
          <NoTrial />
        ) : (
          <BestSoFar {...trialCharts.bestSoFar} />
        )
      }
    </Await>
  );
}

function ParetoChart({
  taskId,
  cost,
  onPick,
}: {
  taskId: string;
  cost: 'MACS' | 'BYTES';
  onPick: (trialId: string) => void;
}) {
  const variables = useMemo(() => ({ taskId, cost }), [taskId, cost]);
  return (
    <Await of={useScreen(ParetoDocument, variables, live)}>
      {({ trialCharts }) =>
        isRefusal(trialCharts) ? (
          <Failed fault={trialCharts} />
        ) : trialCharts.pareto.front.length === 0 ? (
          <NoTrial />
        ) : (
          <Pareto cost={cost} {...trialCharts.pareto} onPick={onPick} />
        )
      }
    </Await>
  );
}

function PredictedChart({ taskId, onPick }: { taskId: string; onPick: (trialId: string) => void }) {
  return (
    <Await of={useScreen(PredictedDocument, { taskId }, live)}>
      {({ trialCharts }) => {
        if (isRefusal(trialCharts)) return <Failed fault={trialCharts} />;
        const { points, kendallTau, recommendations } = trialCharts.predicted;
        if (points.length === 0) return <p className="text-quiet">No trial was made of a recommendation yet.</p>;
        return (
          <>
            <PredictedRank points={points} onPick={onPick} />
            <p className="text-quiet">
              {plural(points.length, 'trial')} of {plural(recommendations, 'recommendation')}
              {kendallTau !== null && `; Kendall’s τ ${figure(kendallTau, 2)} (1 is full agreement, 0 chance)`}.
            </p>
          </>
        );
      }}
    </Await>
  );
}

function CurvesChart({ taskId }: { taskId: string }) {
  return (
    <Await of={useScreen(CurvesDocument, { taskId }, live)}>
      {({ trialCharts }) => {
        if (isRefusal(trialCharts)) return <Failed fault={trialCharts} />;
        return (
          <LearningCurves
            curves={trialCharts.curves.map(({ score, points }, at) => ({
              name: `${at + 1}: ${figure(score)}`,
              points,
            }))}
          />
        );
      }}
    </Await>
  );
}

interface ChoicesChartsProps {
  readonly taskId: string;
  readonly slice: string | undefined;
  readonly onSlice: (dimension: string | undefined) => void;
}

function ChoicesCharts({ taskId, slice, onSlice }: ChoicesChartsProps) {
  return (
    <Await of={useScreen(ChoicesDocument, { taskId }, live)}>
      {({ trialCharts }) => {
        if (isRefusal(trialCharts)) return <Failed fault={trialCharts} />;
        const { parallel, slices, importance, of, counted } = trialCharts;
        if (of === 0) return null;
        const looked = counted < of ? `Of the newest ${counted} of ${of} trials.` : `Of ${plural(of, 'trial')}.`;
        return (
          <div className="grid gap-5 xl:grid-cols-2">
            <Card
              className="xl:col-span-2"
              title="Parallel coordinates"
              note={`One line a trial through its choices, brighter where it reached more. Dimensions that never changed are left out. ${looked}`}
            >
              <Parallel {...parallel} />
            </Card>
            <Card
              title="One dimension at a time"
              note="Least, middle half, median and best of the trials with each value; their number in brackets."
            >
              <Slices slices={slices} chosen={slice} onChoose={onSlice} />
            </Card>
            <Card
              title="Importance"
              note="How much of what sets the best trials apart lies in each dimension (PED-ANOVA)."
            >
              {importance === null ? (
                <p className="text-quiet">Ten trials are needed to tell.</p>
              ) : (
                <Importance items={importance.items} />
              )}
            </Card>
          </div>
        );
      }}
    </Await>
  );
}

function NoTrial() {
  return <p className="text-quiet">No trial is complete yet.</p>;
}
