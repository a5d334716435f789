// What the image runs: api, worker or migrate. Secrets may come as files, so that no password stands in the environment that `docker inspect` shows:
// a URL's password by DATABASE_PASSWORD_FILE and REDIS_PASSWORD_FILE, the operator's by EDGELORE_OPERATOR_PASSWORD_FILE.
import { readFileSync } from 'node:fs';

const programs = {
  api: '../apps/api/dist/main.js',
  worker: '../apps/worker/dist/main.js',
  migrate: '../apps/api/dist/migrate.js',
};

function fail(line, status) {
  process.stderr.write(`edgelore: ${line}\n`);
  process.exit(status);
}

function secret(variable) {
  const file = process.env[variable];
  if (!file) return undefined;
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text || fail(`${variable}: ${file} is empty; write the password into it`, 78);
  } catch (error) {
    return fail(
      `${variable}: ${file} cannot be read (${error.code}); mount the secret so that user ${process.getuid?.()} may read it`,
      78,
    );
  }
}

function addPassword(variable, password) {
  if (password === undefined) return;
  const url = process.env[variable];
  if (!url || !URL.canParse(url)) return fail(`${variable}: a password came for it, but it is no URL`, 78);
  process.env[variable] = Object.assign(new URL(url), { password }).href;
}

const [name = 'api', ...rest] = process.argv.slice(2);
if (!Object.hasOwn(programs, name) || rest.length > 0)
  fail(`'${[name, ...rest].join(' ')}' is no command; use one of ${Object.keys(programs).join(', ')}`, 64);
addPassword('DATABASE_URL', secret('DATABASE_PASSWORD_FILE'));
addPassword('REDIS_URL', secret('REDIS_PASSWORD_FILE'));
const operatorPassword = secret('EDGELORE_OPERATOR_PASSWORD_FILE');
if (operatorPassword) process.env.EDGELORE_OPERATOR_PASSWORD = operatorPassword;
await import(programs[name]);
