import { parentPort, workerData } from 'node:worker_threads';
import { train } from './train.js';
import type { TrainingInput, TrainingMessage } from './training.types.js';

const send = (message: TrainingMessage) => parentPort?.postMessage(message);

const outcome = await train(workerData as TrainingInput, (phase, progress) =>
  send({ kind: 'progress', phase, progress }),
);
send({ kind: 'outcome', outcome });
