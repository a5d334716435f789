import { workerData } from 'node:worker_threads';
import { joinRuntime, type ThreadOrder } from './thread-order.js';

joinRuntime(workerData as ThreadOrder);
