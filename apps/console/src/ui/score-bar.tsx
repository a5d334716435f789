import { figure, NONE } from '../format/numbers.js';

/** An average precision as a figure with a bar; 0 to 1. */
export function ScoreBar({ score }: { score: number | null | undefined }) {
  if (score == null) return <span className="text-quiet">{NONE}</span>;
  return (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden className="h-1.5 w-16 overflow-hidden rounded-full bg-raised">
        <span className="block h-full rounded-full bg-accent" style={{ width: `${100 * score}%` }} />
      </span>
      {figure(score)}
    </span>
  );
}
