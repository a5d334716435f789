import { exitWith, prepareDatabase, printSecrets } from '@edgelore/domain';
import { loadConfig } from '@edgelore/platform';

/** Makes the database ready and ends: for deployments that do so once, before any process serves. */
try {
  printSecrets(await prepareDatabase(loadConfig()));
} catch (error) {
  exitWith(error);
}
