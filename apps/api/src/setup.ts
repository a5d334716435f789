import { exitWith, prepareDatabase } from '@edgelore/domain';
import { loadConfig } from '@edgelore/platform';

/**
 * For the launcher: makes the database ready and prints, as its last line, what can be read only once. With `--renew-key` the tour gets another API key,
 * for a launcher that lost the first.
 */
try {
  const renewDemoKey = process.argv.includes('--renew-key');
  const secrets = await prepareDatabase(loadConfig(), { demoOrganisation: 'tour', renewDemoKey });
  process.stdout.write(`${JSON.stringify(secrets)}\n`);
} catch (error) {
  exitWith(error);
}
