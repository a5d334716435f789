import { useCallback, useEffect, useRef } from 'react';
import { type AnyVariables, type DocumentInput, useQuery } from 'urql';
import { type Topic, usePulse } from '../live/pulse.js';
import { type Fault, faultOf } from './fault.js';

/** What a screen shows, and how fresh it is. */
export interface Loaded<Data> {
  readonly data: Data | undefined;
  readonly fault: Fault | undefined;
  readonly fetching: boolean;
  refresh(): void;
}

interface ScreenOptions {
  /** Asks again when something of these happens at the platform. */
  readonly live?: readonly Topic[];
  readonly pause?: boolean;
}

const BURST_MS = 500;
const nothingLive: readonly Topic[] = [];

export function useScreen<Data, Variables extends AnyVariables>(
  query: DocumentInput<Data, Variables>,
  variables: Variables,
  { live = nothingLive, pause = false }: ScreenOptions = {},
): Loaded<Data> {
  const [{ data, error, fetching, stale }, ask] = useQuery({ query, variables: variables as never, pause });
  const refresh = useCallback(() => ask({ requestPolicy: 'network-only' }), [ask]);
  const pulse = usePulse(live);
  const seen = useRef(pulse);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (seen.current === pulse || pause) return;
    seen.current = pulse;
    // A burst of events is answered once.
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined;
      refresh();
    }, BURST_MS);
  }, [pulse, pause, refresh]);
  useEffect(() => () => clearTimeout(waiting.current), []);
  return { data: data as Data | undefined, fault: error && faultOf(error), fetching: fetching || stale, refresh };
}
