import { SingleBar } from 'cli-progress';

/** One line of work in progress. `done` and `total` share a unit. */
export interface ProgressLine {
  update(done: number, total: number, note?: string): void;
  end(note?: string): void;
}

/** Where the command talks: people read stderr, `--json` readers read stdout. */
export interface Terminal {
  line(text: string): void;
  progress(label: string, unit: string): ProgressLine;
}

interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
}

const PLAIN_INTERVAL_MS = 5_000;

export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Remaining seconds at the average rate so far. */
function timeLeft(elapsedSeconds: number, done: number, total: number): number {
  return done > 0 ? (elapsedSeconds * (total - done)) / done : Number.NaN;
}

function rate(elapsedSeconds: number, done: number, unit: string): string {
  return elapsedSeconds > 0 ? `${(done / elapsedSeconds).toFixed(1)} ${unit}/s` : '';
}

/** Progress bars on a terminal, plain lines (one every five seconds) elsewhere. */
export function openTerminal(output: Output, now: () => number = () => performance.now()): Terminal {
  const fancy = output.isTTY === true;
  // A bar that stands on the line is drawn again below.
  const line = (text: string) => void output.write(`${fancy ? '\r\u001B[K' : ''}${text}\n`);
  return {
    line,
    progress(label, unit) {
      const start = now();
      return fancy ? barProgress(label, unit, start, now) : plainProgress(label, unit, start, now, line);
    },
  };
}

function barProgress(label: string, unit: string, start: number, now: () => number): ProgressLine {
  const bar = new SingleBar({
    format: `${label.padEnd(12)} {bar} {percentage}% | {value}/{total} ${unit} | {rate} | {left} left {note}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: false,
  });
  let running = false;
  return {
    update(done, total, note = '') {
      const elapsed = (now() - start) / 1000;
      const payload = { rate: rate(elapsed, done, unit), left: formatDuration(timeLeft(elapsed, done, total)), note };
      if (!running) {
        bar.start(total, done, payload);
        running = true;
      }
      bar.setTotal(total);
      bar.update(done, payload);
    },
    end(note = '') {
      if (!running) return;
      bar.update({ left: '0 s', note });
      bar.stop();
    },
  };
}

function plainProgress(
  label: string,
  unit: string,
  start: number,
  now: () => number,
  line: (text: string) => void,
): ProgressLine {
  let last = Number.NEGATIVE_INFINITY;
  let reached = '';
  return {
    update(done, total, note = '') {
      const elapsed = (now() - start) / 1000;
      reached = `${label}: ${done}/${total} ${unit}`;
      if (now() - last < PLAIN_INTERVAL_MS) return;
      last = now();
      line(
        [reached, rate(elapsed, done, unit), `${formatDuration(timeLeft(elapsed, done, total))} left`, note]
          .filter(Boolean)
          .join(', '),
      );
    },
    end(note = '') {
      line([`${reached || label}: done in ${formatDuration((now() - start) / 1000)}`, note].filter(Boolean).join(', '));
    },
  };
}
