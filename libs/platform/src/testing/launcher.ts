import { startEmbeddedPostgres } from '../database/embedded-postgres.js';

// A launcher to be killed: it brings up Postgres, says where, and waits.
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: launcher FOLDER');
const { url } = await startEmbeddedPostgres(folder);
process.stdout.write(`${url}\n`);
setInterval(() => undefined, 60_000);
