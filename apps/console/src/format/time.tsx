import { NONE } from './numbers.js';

const parts = {
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
  timeZone: 'UTC',
} as const;
const thisYear = new Intl.DateTimeFormat('en-GB', parts);
const anyYear = new Intl.DateTimeFormat('en-GB', { ...parts, year: 'numeric' });
const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const steps = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

export function utcText(at: string): string {
  const date = new Date(at);
  const format = date.getUTCFullYear() === new Date().getUTCFullYear() ? thisYear : anyYear;
  return `${format.format(date)} UTC`;
}

/** "3 minutes ago" */
export function ago(at: string, now = Date.now()): string {
  const seconds = (Date.parse(at) - now) / 1000;
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return 'just now';
}

/** In UTC; the reader's own time on hover. */
export function Time({ at, since = false }: { at: string | null | undefined; since?: boolean }) {
  if (at == null) return NONE;
  const here = local.format(new Date(at));
  return (
    <time dateTime={at} title={since ? `${utcText(at)}\n${here}` : here} className="whitespace-nowrap">
      {since ? ago(at) : utcText(at)}
    </time>
  );
}
