import type { ReadDatasetOptions } from '@edgelore/client/browser';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { GivenFolder } from './given-folder.js';
import type { Described, DescribeFailure, DescribeOrder, WorkerMessage } from './worker-messages.js';

export type Describing =
  | { readonly at: 'nothing' }
  | { readonly at: 'reading'; readonly folder: GivenFolder }
  | { readonly at: 'work'; readonly folder: GivenFolder; readonly progress: DescribeProgress }
  | { readonly at: 'failed'; readonly folder: GivenFolder; readonly failure: DescribeFailure }
  | { readonly at: 'described'; readonly folder: GivenFolder; readonly described: Described };

export interface DescribeProgress {
  readonly done: number;
  readonly total: number;
  readonly perSecond: number;
  readonly secondsLeft: number;
}

/** Describes folders in a worker of the page, one at a time. */
export function useDescribing(extractor: unknown) {
  const [state, setState] = useState<Describing>({ at: 'nothing' });
  const worker = useRef<Worker>(undefined);

  // It waits from the beginning on, so that giving a folder asks nothing of anybody.
  const renew = useCallback(() => {
    worker.current?.terminate();
    worker.current = new Worker(new URL('./describe.worker.ts', import.meta.url), { type: 'module', name: 'describe' });
  }, []);
  useEffect(() => {
    renew();
    return () => worker.current?.terminate();
  }, [renew]);

  const start = useCallback(
    (folder: GivenFolder, options: ReadDatasetOptions) => {
      const working = worker.current;
      if (working === undefined) return;
      const begun = performance.now();
      setState({ at: 'reading', folder });
      working.onerror = () =>
        setState({
          at: 'failed',
          folder,
          failure: { code: 'INTERNAL', message: 'The worker of this page broke down.' },
        });
      working.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
        switch (data.kind) {
          case 'progress':
            return setState({ at: 'work', folder, progress: paceOf(data, (performance.now() - begun) / 1000) });
          case 'failed':
            return setState({ at: 'failed', folder, failure: data.failure });
          case 'described':
            return setState({ at: 'described', folder, described: data.described });
        }
      };
      const order: DescribeOrder = { ...folder, options, extractor };
      working.postMessage(order);
    },
    [extractor],
  );

  /** Ends the work, whatever it is at, and forgets the folder. */
  const clear = useCallback(() => {
    renew();
    setState({ at: 'nothing' });
  }, [renew]);

  return { state, start, clear };
}

function paceOf({ done, total }: { done: number; total: number }, seconds: number): DescribeProgress {
  const perSecond = seconds > 0 ? done / seconds : 0;
  return { done, total, perSecond, secondsLeft: perSecond > 0 ? (total - done) / perSecond : Number.NaN };
}
