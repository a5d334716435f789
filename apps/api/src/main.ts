import 'reflect-metadata';
import { exitWith, prepareDatabase, printSecrets } from '@edgelore/domain';
import { createLogger, loadConfig, stopWithLauncher } from '@edgelore/platform';
import { createApi } from './create-api.js';

stopWithLauncher();
try {
  const config = loadConfig();
  const logger = createLogger(config, 'api');
  printSecrets(await prepareDatabase(config));
  const app = await createApi(config, logger);
  await app.listen(config.port, config.host);
  logger.info({ url: await app.getUrl() }, 'api: ready');
} catch (error) {
  exitWith(error);
}
