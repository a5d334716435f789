import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { useClient } from 'urql';
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
  const client = useClient();
  useEffect(() => {
    let broken = false;
    let state: string | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stop = () => {};
    const listen = () => {
      stop();
      const { unsubscribe } = client.subscription(LiveDocument, {}).subscribe(({ data, error, hasNext }) => {
        if (error || !hasNext || data === undefined) {
          setLive((before) => ({ ...before, connected: false }));
          broken = true;
          clearTimeout(timer);
          timer = setTimeout(listen, RECONNECT_MS);
          return;
        }
        const event = data.live;
        setLive((before) => heard(before, event));
        if (event.__typename === 'Trial') beat('trials');
        if (event.__typename === 'ModelVersion') beat('models');
        if (event.__typename === 'Queues') beat('jobs');
        if (event.__typename === 'TrainingStatus') {
          if (state !== undefined && state !== event.lastRun?.state) beat('training');
          state = event.lastRun?.state ?? 'none';
        }
        // Something may have happened while nobody listened.
        if (broken) for (const topic of topics) beat(topic);
        broken = false;
      });
      stop = unsubscribe;
    };
    listen();
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [client]);

  return <LiveContext value={live}>{children}</LiveContext>;
}

function heard(before: Live, event: LiveSubscription['live']): Live {
  return {
    connected: true,
    training: event.__typename === 'TrainingStatus' ? event : before.training,
    queues: event.__typename === 'Queues' ? event.queues : before.queues,
  };
}
