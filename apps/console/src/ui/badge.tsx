import { CircleCheck, CircleDashed, CircleX, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { styles } from './styles.js';

export type Mood = 'good' | 'bad' | 'warn' | 'note' | 'none';

const looks: Readonly<Record<Mood, string>> = {
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
  note: 'bg-note-soft text-note',
  none: 'bg-raised text-quiet',
};

/** A sign beside the colour, for those who do not see the colour. */
const signs: Readonly<Record<Mood, LucideIcon>> = {
  good: CircleCheck,
  bad: CircleX,
  warn: TriangleAlert,
  note: Info,
  none: CircleDashed,
};

export function Badge({ mood = 'none', children, title }: { mood?: Mood; children: ReactNode; title?: string }) {
  const Sign = signs[mood];
  return (
    <span
      title={title}
      className={styles(
        'inline-flex items-center gap-1 rounded-full px-2 py-px text-xs font-medium whitespace-nowrap',
        looks[mood],
      )}
    >
      <Sign aria-hidden className="size-3" />
      {children}
    </span>
  );
}
