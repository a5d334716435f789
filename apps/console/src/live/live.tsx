import { createContext, type ReactNode, use, useEffect, useRef, useState } from 'react';
import { useSubscription } from 'urql';
import {
  LiveDocument,
  type LiveSubscription,
  type QueueNowFragment,
  type TrainingNowFragment,
} from '../graphql/generated/graphql.js';
import { beat, topics } from './pulse.js';

/** What the platform tells by itself; undefined until it has. */
export interface Live {
  readonly connected: boolean;
  readonly training: TrainingNowFragment | undefined;
  readonly queues: readonly QueueNowFragment[] | undefined;
}

const RECONNECT_MS = 2000;
const silent: Live = { connected: false, training: undefined, queues: undefined };
const LiveContext = createContext<Live>(silent);

export function useLive(): Live {
  return use(LiveContext);
}

/** Listens to the platform, once for all screens. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [live, setLive] = useState(silent);
  const [{ data, fetching }, listen] = useSubscription({ query: LiveDocument, variables: {} });
  const broken = useRef(false);

  const lastState = useRef<string>(undefined);

  useEffect(() => {
    if (data === undefined) return;
    const event = data.live;
    setLive((before) => heard(before, event));
    if (event.__typename === 'Trial') beat('trials');
    if (event.__typename === 'ModelVersion') beat('models');
    if (event.__typename === 'Queues') beat('jobs');
    if (event.__typename === 'TrainingStatus') {
      if (lastState.current !== undefined && lastState.current !== event.lastRun?.state) beat('training');
      lastState.current = event.lastRun?.state ?? 'none';
    }
    // Something may have happened while nobody listened.
    if (broken.current) for (const topic of topics) beat(topic);
    broken.current = false;
  }, [data]);

  useEffect(() => {
    if (fetching) return;
    broken.current = true;
    setLive((before) => ({ ...before, connected: false }));
    const timer = setTimeout(listen, RECONNECT_MS);
    return () => clearTimeout(timer);
  }, [fetching, listen]);

  return <LiveContext value={live}>{children}</LiveContext>;
}

function heard(before: Live, event: LiveSubscription['live']): Live {
  return {
    connected: true,
    training: event.__typename === 'TrainingStatus' ? event : before.training,
    queues: event.__typename === 'Queues' ? event.queues : before.queues,
  };
}
