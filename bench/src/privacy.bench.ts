// npm run bench -- privacy [--trials N]: attacks on descriptions against their bound, the accountant against another, what noise costs.
import { parseArgs } from 'node:util';
import { measurePrivacy } from './privacy/measure-privacy.js';

const { values } = parseArgs({ options: { trials: { type: 'string', default: '10000' } } });
const trials = Number(values.trials);
if (!Number.isInteger(trials) || trials < 100) {
  console.error(`--trials must be a whole number of at least 100, not ${values.trials}`);
  process.exit(2);
}
console.log(JSON.stringify({ privacy: measurePrivacy(trials) }));
