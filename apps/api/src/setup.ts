import { exitWith, prepareDatabase } from '@edgelore/domain';
import { loadConfig } from '@edgelore/platform';

/** For the launcher: makes the database ready and prints, as its last line, what can be read only once. */
try {
  const secrets = await prepareDatabase(loadConfig(), { demoOrganisation: 'tour' });
  process.stdout.write(`${JSON.stringify(secrets)}\n`);
} catch (error) {
  exitWith(error);
}
