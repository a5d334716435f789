import { Link } from '@tanstack/react-router';
import { share } from '../format/numbers.js';
import { useLive } from '../live/live.js';
import { Progress } from '../ui/progress.js';

/** Wherever one is: that the platform is learning now, and how far it is. */
export function TrainingStrip() {
  const { training, connected } = useLive();
  const run = training?.running ? training.lastRun : null;
  return (
    <div className="flex flex-col gap-1 px-2 text-xs text-quiet">
      {run && (
        <Link to="/jobs" className="flex flex-col gap-1 rounded-md bg-accent-soft p-2 text-ink">
          <span className="flex justify-between">
            <span>learning: {run.phase}</span> <span className="tabular-nums">{share(run.progress)}</span>
          </span>
          <Progress value={run.progress} label="Retraining" />
        </Link>
      )}
      <span className="flex items-center gap-1.5" role="status">
        <span aria-hidden className={`size-2 rounded-full ${connected ? 'bg-good' : 'bg-warn'}`} />
        {connected ? 'live' : 'connecting'}
      </span>
    </div>
  );
}
