// npm test: set-up, lint, directions, then every spec. Arguments go to Jest.
import { spawnSync } from 'node:child_process';
import { must, prepare, root } from './prepare.mjs';

const say = (line) => console.log(`edgelore: ${line}`);
const options = process.argv.slice(2);
prepare(say);
if (options.length === 0) {
  say('lint and format');
  must('lint', process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']);
  say('directions between packages');
  must('the check of directions', process.execPath, [
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.cjs',
    'apps',
    'libs',
    'client-sdk',
    'migrations',
    'bench',
    'e2e',
  ]);
}
say('specs');
const run = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--maxWorkers=2', ...options],
  { cwd: root, stdio: 'inherit' },
);
process.exit(run.status ?? 1);
