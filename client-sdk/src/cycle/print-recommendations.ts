import type { Explanation } from '../platform/answers.js';
import type { RecommendedTask } from './run-cycle.js';

type Recommended = Pick<RecommendedTask, 'recommendations' | 'neighbours' | 'expectedRegret'>;

/** Gains smaller than this are told as nothing. */
const NOTEWORTHY = 0.005;

/** Recommendations as a readable text, with the reasons of their order where asked for. */
export function formatRecommendations(recommended: Recommended, explain = false): string {
  const lines = recommended.recommendations.flatMap(({ rank, reason, cost, score, configuration, explanation }) => [
    `${rank}. ${reason} ${(cost.macs / 1e6).toFixed(1)} MMACs ${cost.bytes} bytes`,
    `   ${JSON.stringify(configuration.values)}`,
    ...(explain ? why(rank, score, explanation) : []),
  ]);
  return `${[...lines, ...(explain ? [...nearest(recommended), ...regret(recommended)] : [])].join('\n')}\n`;
}

function why(rank: number, score: number, explanation: Explanation | null): string[] {
  if (explanation === null) return ['   why: this answer was given before answers were explained'];
  const { caution, againstDefault, againstNext } = explanation;
  return [
    `   score ${signed(score)} in standard deviations of a task's trials, ${caution.toFixed(2)} of it in doubt; one dimension at a time:`,
    `   against the default: ${gains(againstDefault, 'it is the default')}`,
    ...(againstNext.length > 0 ? [`   against number ${rank + 1}: ${gains(againstNext, '')}`] : []),
  ];
}

function gains(drivers: Explanation['againstDefault'], none: string): string {
  if (drivers.length === 0) return none;
  const known = drivers.flatMap(({ dimension, value, instead, gain }) =>
    gain !== null && Math.abs(gain) >= NOTEWORTHY ? [`${dimension} ${value}, not ${instead} ${signed(gain)}`] : [],
  );
  const rest = drivers
    .filter(({ gain }) => gain !== null && Math.abs(gain) < NOTEWORTHY)
    .map(({ dimension }) => dimension);
  const bound = drivers.filter(({ gain }) => gain === null).map(({ dimension }) => dimension);
  return [
    ...known,
    ...(rest.length > 0 ? [`nearly nothing: ${rest.join(', ')}`] : []),
    ...(bound.length > 0 ? [`not possible alone: ${bound.join(', ')}`] : []),
  ].join('; ');
}

function nearest({ neighbours }: Recommended): string[] {
  if (neighbours.length === 0) return ['nearest past tasks: none is known'];
  const each = neighbours.map(({ name, distance, bestScore }) => {
    const best = bestScore === null ? '' : `, best AP50 ${bestScore.toFixed(3)}`;
    return `${name ?? 'an anonymous one'} at ${distance.toFixed(3)}${best}`;
  });
  return [`nearest past tasks: ${each.join('; ')}`];
}

function regret({ expectedRegret }: Recommended): string[] {
  if (expectedRegret === null) return ['expected regret: nothing was judged yet'];
  const { first, firstError, bestOfThree, bestOfThreeError, tasks } = expectedRegret;
  const said = (mean: number, error: number) => `${mean.toFixed(3)} ± ${error.toFixed(3)}`;
  return [
    `expected regret: AP50 ${said(first, firstError)} for the first, ${said(bestOfThree, bestOfThreeError)} for the best of three, among what was tried on ${tasks} task${tasks === 1 ? '' : 's'} that the model had not seen`,
  ];
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(2)}`;
}
