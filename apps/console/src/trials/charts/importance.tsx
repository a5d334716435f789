import { dimensionText } from '../../format/configuration.js';
import { share } from '../../format/numbers.js';

export interface ImportanceItem {
  readonly dimension: string;
  readonly share: number;
}

/** How much each dimension says about which trials are among the best. */
export function Importance({ items }: { items: readonly ImportanceItem[] }) {
  const most = Math.max(...items.map((item) => item.share), 1e-9);
  return (
    <ul className="flex flex-col gap-1.5">
      {[...items]
        .sort((one, other) => other.share - one.share)
        .map((item) => (
          <li key={item.dimension} className="grid grid-cols-[10rem_minmax(0,1fr)_3rem] items-center gap-3">
            <span className="truncate" title={dimensionText(item.dimension)}>
              {dimensionText(item.dimension)}
            </span>
            <span aria-hidden className="h-2.5 overflow-hidden rounded-full bg-raised">
              <span
                className="block h-full rounded-full bg-accent"
                style={{ width: `${(100 * item.share) / most}%` }}
              />
            </span>
            <span className="text-right tabular-nums">{share(item.share)}</span>
          </li>
        ))}
    </ul>
  );
}
