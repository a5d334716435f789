import { dimensionText, valueText } from '../format/configuration.js';
import { figure, signed } from '../format/numbers.js';
import { styles } from '../ui/styles.js';
import type { RecommendedItem } from './recommended-item.js';

type Driver = NonNullable<RecommendedItem['explanation']>['againstDefault'][number];

/** What each choice does for the predicted score. */
export function ItemWhy({ item }: { item: RecommendedItem }) {
  if (item.explanation === null) return <p className="text-quiet">Answers of old carry no explanation.</p>;
  const { againstDefault, againstNext, caution } = item.explanation;
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-6 lg:grid-cols-2">
        <Drivers title="Against the default" drivers={againstDefault} none="It is the default." />
        <Drivers title="Against the next in rank" drivers={againstNext} none="It is the last." />
      </div>
      <p className="max-w-prose text-quiet">
        Gains are in predicted score, in standard deviations of a task’s trials, and are those of one choice taken back
        alone. {figure(caution, 2)} was taken off the score as caution, because the configuration is unlike those tried.
      </p>
    </div>
  );
}

function Drivers({ title, drivers, none }: { title: string; drivers: readonly Driver[]; none: string }) {
  const most = Math.max(...drivers.map(({ gain }) => Math.abs(gain ?? 0)), 1e-9);
  return (
    <div className="min-w-0">
      <h3 className="mb-1 font-medium">{title}</h3>
      {drivers.length === 0 && <p className="text-quiet">{none}</p>}
      <ul className="flex flex-col gap-1.5">
        {drivers.map((driver) => (
          <li key={driver.dimension} className="grid grid-cols-[minmax(0,1fr)_7rem_4rem] items-center gap-2">
            <span
              className="truncate"
              title={`${dimensionText(driver.dimension)}: ${valueText(driver.value)} instead of ${valueText(driver.instead)}`}
            >
              {dimensionText(driver.dimension)} <strong>{valueText(driver.value)}</strong>{' '}
              <span className="text-quiet">not {valueText(driver.instead)}</span>
            </span>
            <GainBar gain={driver.gain} most={most} />
            <span className="text-right tabular-nums">
              {driver.gain === null ? 'not allowed' : signed(driver.gain, 2)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function GainBar({ gain, most }: { gain: number | null; most: number }) {
  const width = `${(50 * Math.abs(gain ?? 0)) / most}%`;
  const good = (gain ?? 0) >= 0;
  return (
    <span aria-hidden className="relative h-2 rounded-full bg-raised">
      <span className="absolute inset-y-[-2px] left-1/2 w-px bg-strong-line" />
      <span
        className={styles('absolute inset-y-0 rounded-full', good ? 'left-1/2 bg-accent' : 'right-1/2 bg-bad')}
        style={{ width }}
      />
    </span>
  );
}
