import { configurationText, dimensionText, shortId, valueText } from '../format/configuration.js';
import { bytes, figure, short } from '../format/numbers.js';
import type { Column } from '../ui/data-table.js';
import type { RecommendedItem } from './recommended-item.js';

/** What is told of each recommended configuration. */
export const itemColumns: readonly Column<RecommendedItem>[] = [
  { id: 'rank', header: 'Rank', number: true, cell: ({ rank }) => <strong>{rank}</strong> },
  {
    id: 'interval',
    header: 'Could be',
    hint: 'Ranks that the uncertainty of the scores leaves open, with 95 % confidence for each pair',
    cell: ({ rankInterval: { low, high } }) => (low === high ? low : `${low} to ${high}`),
  },
  {
    id: 'configuration',
    header: 'Configuration',
    cell: (item) => <code title={configurationText(item.configuration)}>{shortId(item.configurationId)}</code>,
  },
  {
    id: 'difference',
    header: 'Difference from the default',
    cut: ({ difference }) => difference.map(inWords).join(', ') || 'none: the default itself',
    cell: ({ difference }) =>
      difference.length === 0 ? 'none: the default itself' : difference.map(inWords).join(', '),
  },
  {
    id: 'score',
    header: 'Predicted score',
    number: true,
    hint: 'In standard deviations of a task’s trials, with its standard error; not an average precision',
    cell: ({ score, spread }) => `${figure(score, 2)} ± ${figure(spread, 2)}`,
  },
  { id: 'macs', header: 'MACs', number: true, cell: ({ cost }) => short(cost.macs) },
  { id: 'bytes', header: 'Size', number: true, cell: ({ cost }) => bytes(cost.bytes) },
];

function inWords({ dimension, value }: { readonly dimension: string; readonly value: unknown }): string {
  return `${dimensionText(dimension)} ${valueText(value)}`;
}
