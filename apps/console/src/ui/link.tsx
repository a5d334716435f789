import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { TaskSearch } from '../tasks/task-search.js';
import { linkClass } from './link-text.js';

type TaskTab = NonNullable<TaskSearch['tab']>;

/** Links to the things of the house, each by the name that readers know it by. */
export function TaskLink({ id, name, tab }: { id: string; name: string; tab?: TaskTab }) {
  return (
    <Link to="/tasks/$taskId" params={{ taskId: id }} search={tab === undefined ? {} : { tab }} className={linkClass}>
      {name}
    </Link>
  );
}

export function TrialLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Link to="/trials/$trialId" params={{ trialId: id }} className={linkClass}>
      {children}
    </Link>
  );
}

export function RecommendationLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Link to="/recommendations/$recommendationId" params={{ recommendationId: id }} className={linkClass}>
      {children}
    </Link>
  );
}

export function VersionLink({ number }: { number: number }) {
  return (
    <Link to="/models/$number" params={{ number: String(number) }} className={linkClass}>
      v{number}
    </Link>
  );
}
