import './without-eval.js';
import { BrowserFolder, describeDataset, parseExtractor, readDataset } from '@edgelore/client/browser';
import type { DescribeFailure, DescribeOrder, WorkerMessage } from './worker-messages.js';

const TELL_EVERY_MS = 100;

addEventListener('message', async ({ data }: MessageEvent<DescribeOrder>) => {
  try {
    await describe(data);
  } catch (error) {
    tell({ kind: 'failed', failure: failureOf(error) });
  }
});

async function describe({ name, files, options, extractor }: DescribeOrder): Promise<void> {
  const dataset = await readDataset(new BrowserFolder(name, files), options);
  let told = 0;
  const described = await describeDataset(dataset, {
    extractor: parseExtractor(extractor),
    onProgress: (done, total) => {
      if (done < total && performance.now() - told < TELL_EVERY_MS) return;
      told = performance.now();
      tell({ kind: 'progress', done, total });
    },
  });
  const problems = [...dataset.problems, ...described.problems];
  tell({ kind: 'described', described: { ...described, problems, format: dataset.format } });
}

function tell(message: WorkerMessage): void {
  postMessage(message);
}

function failureOf(error: unknown): DescribeFailure {
  if (!(error instanceof Error)) return { code: 'INTERNAL', message: String(error) };
  return { code: 'code' in error && typeof error.code === 'string' ? error.code : 'INTERNAL', message: error.message };
}
