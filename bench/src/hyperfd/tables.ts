import type { JudgedQuality } from '@edgelore/ranking';
import { type Figure, figureOf, textTable } from '../figures.js';
import type { Grid, JudgedTask } from './judged-task.js';
import type { Outcome } from './leave-one-out.js';
import { ONLINE_VARIANTS, type OnlineRun, SEED_TASKS } from './online.js';
import { LEAST_TASKS, ROUNDS } from './rounds.js';
import type { Done, Unit } from './worker.js';

type Run = (units: readonly Unit[]) => Promise<readonly Done[]>;

/** Trials after which regret is told. */
const SPENT = [1, 3, 5, 10, 20];

/** Mean over domains (of the mean over seeds) and its standard error over domains. */
export interface MethodFigures {
  readonly regret: Record<string, Figure>;
  /** After 1, 2, 3, ... trials. */
  readonly mean_regrets: readonly number[];
  readonly ndcg10: Figure | null;
  readonly tau: Figure | null;
  readonly rank1: Figure;
}

export type GroupedFigures = Record<
  string,
  MethodFigures & { readonly real: MethodFigures; readonly made: MethodFigures }
>;

/** What every method came to on every domain, learning from the domains that are not its relatives: by method, [domains][seeds]. */
export async function judgeLeftOut(grid: Grid, seeds: number, run: Run): Promise<Record<string, Outcome[][]>> {
  const units = grid.tasks.flatMap(({ id: task }) =>
    Array.from({ length: seeds }, (_, seed): Unit => ({ kind: 'left out', task, seed })),
  );
  const outcomes = (await run(units)) as readonly Record<string, Outcome>[];
  return Object.fromEntries(
    Object.keys(outcomes[0]!).map((method) => [
      method,
      grid.tasks.map((_, at) => outcomes.slice(at * seeds, (at + 1) * seeds).map((byMethod) => byMethod[method]!)),
    ]),
  );
}

/** Figures of some methods; real domains and those that software made are also told apart. */
export function leftOutTable(
  { tasks }: Grid,
  methods: readonly string[],
  outcomes: Readonly<Record<string, Outcome[][]>>,
): GroupedFigures {
  const real = (task: JudgedTask) => task.kind === 'real';
  const figures = Object.fromEntries(
    methods.map((method) => {
      const of = (wanted: (task: JudgedTask) => boolean) =>
        methodFigures(outcomes[method]!.filter((_, at) => wanted(tasks[at]!)));
      return [method, { ...of(() => true), real: of(real), made: of((task) => !real(task)) }];
    }),
  );
  const columns = [...SPENT.map((count) => `regret@${count}`), 'NDCG@10', 'tau', 'rank@1'];
  for (const [title, pick] of [
    ['all domains', (row: GroupedFigures[string]) => row],
    ['real domains', (row: GroupedFigures[string]) => row.real],
    ['derived, synthetic and semi-synthetic domains', (row: GroupedFigures[string]) => row.made],
  ] as const) {
    console.log(
      `\n${title}: AP50 regret after 1, 3, 5, 10, 20 trials, quality of the first ranking; mean +- standard error over domains`,
    );
    const rows = Object.entries(figures).map(([method, row]) => {
      const { regret, ndcg10, tau, rank1 } = pick(row);
      return [method, ...Object.values(regret).map(cell), ...[ndcg10, tau, rank1].map(cell)];
    });
    console.log(textTable(['', ...columns], rows));
  }
  return figures;
}

function methodFigures(byDomain: readonly (readonly Outcome[])[]): MethodFigures {
  const over = (read: (outcome: Outcome) => number | null): Figure | null => {
    const means = byDomain.map((outcomes) => {
      const values = outcomes.map(read).filter((value) => value !== null);
      return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
    });
    return means.every((value) => value !== null) ? figureOf(means) : null;
  };
  const regrets = byDomain[0]![0]!.regrets.map((_, at) => over((outcome) => outcome.regrets[at]!)!);
  return {
    regret: Object.fromEntries(SPENT.map((count) => [count, regrets[Math.min(count, regrets.length) - 1]!])),
    mean_regrets: regrets.map(({ mean }) => mean),
    ndcg10: over(({ ranking }) => ranking?.ndcg10 ?? null),
    tau: over(({ ranking }) => ranking?.tau ?? null),
    rank1: over(({ rank1 }) => rank1)!,
  };
}

/** The fewest trials after which a method's mean regret is no more than another's at the end; null where it never is. */
export function trialsToMatch(method: MethodFigures, other: MethodFigures): number | null {
  const trials = 1 + method.mean_regrets.findIndex((regret) => regret <= other.mean_regrets.at(-1)!);
  return trials > 0 ? trials : null;
}

export interface OnlineFigures {
  readonly arrival: { readonly regret1: Figure; readonly regret3: Figure; readonly tau: Figure };
  readonly return: { readonly regret1: Figure; readonly regret3: Figure; readonly tau: Figure };
  /** Change of regret@1 on arrival with each further task known; least squares with a level for each domain. */
  readonly slope: number;
  readonly slope_se: number;
  /** regret@1 of the arrived tasks at the end, less on their arrival. */
  readonly forgotten: Figure;
}

/** Tasks arriving in random orders, under every way of learning from them. */
export async function onlineTable(grid: Grid, orders: number, run: Run): Promise<Record<string, OnlineFigures>> {
  if (grid.tasks.length <= SEED_TASKS + 1) {
    console.log(`\nonline: ${grid.tasks.length} domains are too few`);
    return {};
  }
  const variants = Object.keys(ONLINE_VARIANTS);
  const units = variants.flatMap((variant) =>
    Array.from({ length: orders }, (_, order): Unit => ({ kind: 'online', variant, order })),
  );
  const runs = (await run(units)) as readonly OnlineRun[];
  const figures = Object.fromEntries(
    variants.map((variant, at) => [variant, onlineFigures(runs.slice(at * orders, (at + 1) * orders))]),
  );
  console.log(`\nonline, ${orders} orders of ${grid.tasks.length} domains: on arrival, and again at the end`);
  console.log(
    textTable(
      ['', 'regret@1', 'regret@3', 'tau', 'regret@1 again', 'tau again', 'slope of regret@1', 'forgotten'],
      Object.entries(figures).map(([variant, row]) => [
        variant,
        ...[row.arrival.regret1, row.arrival.regret3, row.arrival.tau, row.return.regret1, row.return.tau].map(cell),
        cell({ mean: row.slope, se: row.slope_se }),
        cell(row.forgotten),
      ]),
    ),
  );
  return figures;
}

/** Gain of NDCG@10 on unseen tasks over an extractor that is left as it is, paired by the order. */
export async function roundsTable(
  grid: Grid,
  orders: number,
  run: Run,
): Promise<Record<string, Record<string, { readonly ndcg10: Figure; readonly gained: Figure }>>> {
  if (grid.tasks.length < LEAST_TASKS) {
    console.log(`\nrounds: ${grid.tasks.length} domains are too few, ${LEAST_TASKS} are needed`);
    return {};
  }
  const variants = Object.keys(ROUNDS);
  const units = variants.flatMap((variant) =>
    Array.from({ length: orders }, (_, order): Unit => ({ kind: 'rounds', variant, order })),
  );
  const all = (await run(units)) as readonly Record<string, JudgedQuality>[];
  const figures = Object.fromEntries(
    variants.map((variant, at) => {
      const runs = all.slice(at * orders, (at + 1) * orders);
      const trainings = Object.keys(runs[0]!).map((training) => [
        training,
        {
          ndcg10: figureOf(runs.map((one) => one[training]!.ndcg10)),
          gained: figureOf(runs.map((one) => one[training]!.ndcg10 - one['head-only']!.ndcg10)),
        },
      ]);
      return [variant, Object.fromEntries(trainings)];
    }),
  );
  console.log(`\nthe extractor after ${orders} random halves: NDCG@10 on unseen domains, and its gain over head-only`);
  console.log(
    textTable(
      ['', 'NDCG@10', 'gain'],
      Object.entries(figures).flatMap(([variant, rows]) =>
        Object.entries(rows as Record<string, { ndcg10: Figure; gained: Figure }>).map(([training, row]) => [
          `${training}, ${variant}`,
          cell(row.ndcg10),
          cell(row.gained),
        ]),
      ),
    ),
  );
  return figures;
}

function onlineFigures(runs: readonly OnlineRun[]): OnlineFigures {
  const [arrivals, returns] = [runs.flatMap((run) => run.arrivals), runs.flatMap((run) => run.returns)];
  const qualities = (all: typeof returns) => ({
    regret1: figureOf(all.map(({ regret1 }) => regret1)),
    regret3: figureOf(all.map(({ regret3 }) => regret3)),
    tau: figureOf(all.map(({ tau }) => tau)),
  });
  const { slope, se } = slopeWithin(
    arrivals.map(({ task, known, regret1 }) => ({ group: task, x: known, y: regret1 })),
  );
  return {
    arrival: qualities(arrivals),
    return: qualities(returns),
    slope,
    slope_se: se,
    forgotten: figureOf(returns.map(({ regret1 }, at) => regret1 - arrivals[at]!.regret1)),
  };
}

/**
 * Slope of y on x by least squares with a level of its own for each group, and its standard error: domains differ in how hard they are, and come early in one
 * order and late in another.
 */
export function slopeWithin(points: readonly { readonly group: string; readonly x: number; readonly y: number }[]): {
  readonly slope: number;
  readonly se: number;
} {
  const groups = [...new Set(points.map(({ group }) => group))];
  const centred = groups.flatMap((group) => {
    const members = points.filter((point) => point.group === group);
    const mean = (read: (point: { readonly x: number; readonly y: number }) => number) =>
      members.reduce((sum, point) => sum + read(point), 0) / members.length;
    const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
    return members.map((point) => ({ x: point.x - x, y: point.y - y }));
  });
  const squares = centred.reduce((sum, { x }) => sum + x * x, 0);
  const slope = squares > 0 ? centred.reduce((sum, { x, y }) => sum + x * y, 0) / squares : 0;
  const rest = centred.reduce((sum, { x, y }) => sum + (y - slope * x) ** 2, 0);
  const freedom = Math.max(1, points.length - groups.length - 1);
  return { slope, se: squares > 0 ? Math.sqrt(rest / freedom / squares) : 0 };
}

function cell(figure: Figure | null): string {
  return figure ? `${figure.mean.toFixed(3)} +- ${figure.se.toFixed(3)}` : '-';
}
