import 'reflect-metadata';
import { exitWith, prepareDatabase, printSecrets } from '@edgelore/domain';
import { createLogger, loadConfig, stopWithLauncher } from '@edgelore/platform';
import { createWorker } from './create-worker.js';

stopWithLauncher();
try {
  const config = loadConfig();
  const logger = createLogger(config, 'worker');
  printSecrets(await prepareDatabase(config));
  await createWorker(config, logger);
  logger.info('worker: ready');
} catch (error) {
  exitWith(error);
}
