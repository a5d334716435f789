// Set-up shared by `npm start` and `npm test`: Node's version, dependencies, build.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a command; on failure prints what it said and ends this process with its status. */
export function must(what, command, args, options = {}) {
  const run = spawnSync(command, args, { cwd: root, encoding: 'utf8', ...options });
  if (run.status === 0) return run;
  if (run.stdout) process.stderr.write(run.stdout);
  if (run.stderr) process.stderr.write(run.stderr);
  process.stderr.write(`edgelore: ${what} failed${run.error ? ` (${run.error.message})` : ''}\n`);
  process.exit(run.status ?? 1);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(`edgelore: Node ${process.versions.node} is too old; install Node 20.19 or newer\n`);
  process.exit(1);
}

function dependenciesAreCurrent() {
  const installed = `${root}node_modules/.package-lock.json`;
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs;
}

/** Installs dependencies when they are missing or older than the lock file, then builds what changed. */
export function prepare(say) {
  requireNode();
  if (!dependenciesAreCurrent()) {
    say('installing dependencies from the npm registry');
    const npm = process.env.npm_execpath;
    const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
    must('npm ci', command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  say('building');
  must('the build of the kernels', process.execPath, ['libs/kernels/build.mjs']);
  must("the build of the console's types", process.execPath, ['apps/console/build.mjs', '--types']);
  must('the build', process.execPath, ['node_modules/typescript/bin/tsc', '-b']);
  // The console describes with the client's compiled code.
  must('the build of the console', process.execPath, ['apps/console/build.mjs']);
}
