import type { RunResult } from '../train/run-result.js';
import type { CycleResult } from './run-cycle.js';

const REASONS: Readonly<Record<string, string>> = {
  COLD_PORTFOLIO: 'cold portfolio',
  NEAREST_TASKS: 'nearest tasks',
  RANKER: 'ranker',
};

/** A cycle as a readable text. */
export function formatCycle(
  result: Omit<CycleResult, 'task'> & { readonly setup_s?: number; readonly total_s?: number },
): string {
  const { description, recommendations, baselines, advice, trials, model } = result;
  const lines = [
    '',
    `described   ${description.images} images as ${description.dim} numbers a batch; ${description.bytes_sent} bytes left this machine`,
    ...baselines.map(({ name, ap50 }) => `as it is    ${name}: AP50 ${ap50.toFixed(3)}`),
    `advice      ${advice.train ? 'train' : 'do not train'}: ${advice.because}`,
    '',
    table(
      ['rank', 'MMACs', 'parameters', 'KB', 'reason', 'configuration'],
      recommendations.map(({ rank, cost, reason, configuration: { values } }) => [
        String(rank),
        (cost.macs / 1e6).toFixed(1),
        String(cost.parameters),
        (cost.bytes / 1024).toFixed(0),
        REASONS[reason] ?? reason,
        Object.values(values).join(' '),
      ]),
    ),
    '',
    ...trials.map(
      ({ ap50, ap75, seconds, steps, weights }) =>
        `trained     ${formatRun({ ap50, ap75, steps })} in ${seconds.toFixed(0)} s${weights === null ? '' : `: ${weights}`}`,
    ),
    `model       version ${model.before} before, ${model.after} after${model.verdict ? ` (${model.verdict})` : ''}`,
  ];
  if (result.total_s !== undefined) lines.push(`time        ${result.setup_s} s set-up, ${result.total_s} s in all`);
  return `${lines.join('\n')}\n`;
}

/** What a run reached, such as `AP50 0.812, AP75 0.401 after 900 steps`. */
export function formatRun({ ap50, ap75, steps }: Pick<RunResult, 'ap50' | 'ap75' | 'steps'>): string {
  const strict = ap75 === null ? '' : `, AP75 ${ap75.toFixed(3)}`;
  return `AP50 ${ap50.toFixed(3)}${strict}${steps === null ? '' : ` after ${steps} steps`}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
