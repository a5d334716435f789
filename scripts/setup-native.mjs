// npm run setup:native: installs tfjs-node, the optional native engine that trains several times faster than WebAssembly.
//
// It lives in .edgelore/native and is linked into node_modules, so package.json and the lock file stay as they are and one run after `npm ci`
// only links again. Its own download comes first; where that is out of reach its binding is built against the TensorFlow inside the Python wheel.
import { spawn } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:https';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const TFJS_NODE = '4.22.0';
const TENSORFLOW = '2.21.0';
const NODE_API_HEADERS = '1.9.0';
const OFFICIAL_HOST = 'https://storage.googleapis.com/tensorflow/libtensorflow/';
const NEEDED_BYTES = 3e9;
/** Changes with the way the binding is built, so that copies built in another way are made anew. */
const RECIPE = `${TFJS_NODE}-${TENSORFLOW}-2`;
/**
 * TensorFlow notes things about the processor on standard error while it is loaded, before any call could silence it; the linker takes
 * this definition for the one inside.
 */
const QUIET = `#include "absl/log/globals.h"
namespace absl {
ABSL_NAMESPACE_BEGIN
LogSeverityAtLeast MinLogLevel() { return LogSeverityAtLeast::kWarning; }
ABSL_NAMESPACE_END
}
`;

const root = fileURLToPath(new URL('..', import.meta.url));
const home = join(root, '.edgelore');
const installed = join(home, `native-${RECIPE}`);
const staging = join(home, `native.partial-${process.pid}`);
const link = join(root, 'node_modules', '@tensorflow', 'tfjs-node');
const inside = (folder, ...path) => join(folder, 'node_modules', ...path);

const started = performance.now();
const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
const say = (line) => process.stdout.write(`setup:native: ${line}\n`);

class SetupError extends Error {}

let child;
let stopping = false;

/** Runs a command, says now and then that it is still busy, and returns its exit code and the end of what it printed. */
function run(what, command, args, { minutes = 10, ...options } = {}) {
  if (stopping) return Promise.reject(new SetupError('stopped'));
  return new Promise((resolve) => {
    let said = '';
    const keep = (chunk) => {
      said = (said + chunk).slice(-4000);
    };
    const since = performance.now();
    const running = spawn(command, args, { cwd: root, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    child = running;
    const heartbeat = setInterval(
      () => say(`  still ${what} (${((performance.now() - since) / 1000).toFixed(0)} s)`),
      10_000,
    );
    const limit = setTimeout(() => running.kill('SIGKILL'), minutes * 60_000);
    const end = (code) => {
      clearInterval(heartbeat);
      clearTimeout(limit);
      resolve({ code, said: said.trim() });
    };
    running.stdout.on('data', keep);
    running.stderr.on('data', keep);
    running.once('error', (error) => {
      keep(error.message);
      end(127);
    });
    running.once('close', (code) => end(code ?? 1));
  });
}

async function must(what, remedy, command, args, options) {
  const { code, said } = await run(what, command, args, options);
  if (code !== 0) throw new SetupError(`${what} failed: ${remedy}\n${said}`);
}

/** Whether the tfjs-node reached through `folder` loads here and computes, tried in a process of its own. */
async function works(entry) {
  const script = `
    const tf = require('@tensorflow/tfjs-core');
    require(${JSON.stringify(entry)});
    if (tf.getBackend() !== 'tensorflow') throw new Error('its backend is not registered with our tfjs-core');
    const sum = tf.sum(tf.matMul(tf.ones([8, 8]), tf.ones([8, 8]))).dataSync()[0];
    if (sum !== 512) throw new Error('it computes wrong numbers');`;
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
  return run('trying it', process.execPath, ['-e', script], { minutes: 1, env });
}

function reachable(url) {
  return new Promise((resolve) => {
    const probe = request(url, { method: 'HEAD', timeout: 8000 }, (response) => {
      response.resume();
      resolve(true);
    });
    probe.once('timeout', () => probe.destroy());
    probe.once('error', () => resolve(false));
    probe.once('close', () => resolve(false));
    probe.end();
  });
}

function npm(args) {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js')
    ? [process.execPath, [script, ...args]]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm', args];
}

async function installPackage() {
  say(`1/4 installing @tensorflow/tfjs-node ${TFJS_NODE} from the npm registry`);
  mkdirSync(staging, { recursive: true });
  writeFileSync(join(staging, 'package.json'), '{ "name": "edgelore-native", "private": true }\n');
  const packages = [`@tensorflow/tfjs-node@${TFJS_NODE}`, `node-api-headers@${NODE_API_HEADERS}`];
  const flags = ['--prefix', staging, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const [command, args] = npm(['install', ...flags, ...packages]);
  await must(
    'installing the npm packages',
    'check the connection to the npm registry, then run it again.',
    command,
    args,
    {
      cwd: staging,
    },
  );
  // Without copies of its own it finds the repository's, and so shares tensors, kernels and gradients with our code.
  for (const shared of ['tfjs-core', 'tfjs-backend-cpu']) {
    rmSync(inside(staging, '@tensorflow', shared), { recursive: true, force: true });
  }
}

async function officialBinary() {
  say('2/4 fetching its binary the official way');
  if (!(await reachable(OFFICIAL_HOST))) {
    say(`  ${new URL(OFFICIAL_HOST).host} cannot be reached`);
    return false;
  }
  const cwd = inside(staging, '@tensorflow', 'tfjs-node');
  const env = {
    ...process.env,
    PATH: `${inside(staging, '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
  };
  const { code, said } = await run('downloading', process.execPath, ['scripts/install.js'], { cwd, env });
  if (code === 0 && (await works(cwd)).code === 0) return true;
  say(`  it does not work here: ${said.split('\n').at(-1)}`);
  return false;
}

const EXTRACT = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    for name in wheel.namelist():
        if name.startswith('tensorflow/include/') or (name.startswith('tensorflow/libtensorflow_') and '.so' in name):
            wheel.extract(name, sys.argv[2])
`;

async function pythonBinary() {
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch];
  if (process.platform !== 'linux' || !machine) {
    throw new SetupError(
      `on ${process.platform} ${process.arch} only the official download is supported: make ${new URL(OFFICIAL_HOST).host} reachable and run it again. Training works without it, on WebAssembly.`,
    );
  }
  const python = process.env.PYTHON || 'python3';
  await must('looking for pip', 'install Python 3 with pip (Debian: apt-get install python3-pip).', python, [
    '-m',
    'pip',
    '--version',
  ]);
  await must('looking for g++', 'install a C++ compiler (Debian: apt-get install g++).', 'g++', ['--version']);

  say(`3/4 fetching TensorFlow ${TENSORFLOW} (270 MB) from the Python package index`);
  const wheels = join(staging, 'wheels');
  // The libraries inside are the same for every Python, so the wheel of one version serves whatever Python is here.
  const tag = [
    '--python-version',
    '3.11',
    '--implementation',
    'cp',
    '--abi',
    'cp311',
    '--platform',
    `manylinux_2_27_${machine}`,
  ];
  const options = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--no-cache-dir'];
  await must(
    'downloading TensorFlow',
    'check the connection to the Python package index, then run it again.',
    python,
    ['-m', 'pip', 'download', ...options, ...tag, '--dest', wheels, `tensorflow-cpu==${TENSORFLOW}`],
    { minutes: 30 },
  );
  const [wheel] = readdirSync(wheels);
  await must('unpacking TensorFlow', 'check the free space on this disk.', python, [
    '-c',
    EXTRACT,
    join(wheels, wheel),
    staging,
  ]);
  rmSync(wheels, { recursive: true });

  say('4/4 building the binding');
  const unpacked = join(staging, 'tensorflow');
  const source = inside(staging, '@tensorflow', 'tfjs-node');
  const target = join(source, 'lib', 'napi-v8');
  mkdirSync(target, { recursive: true });
  const libraries = readdirSync(unpacked).filter((name) => name.startsWith('libtensorflow_'));
  for (const name of libraries) renameSync(join(unpacked, name), join(target, name));
  const quiet = join(unpacked, 'quiet.cc');
  writeFileSync(quiet, QUIET);
  await must('compiling the binding', 'see the messages of the compiler below.', 'g++', [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8'],
    ...['-I', inside(staging, 'node-api-headers', 'include'), '-I', join(unpacked, 'include')],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(source, 'binding', name)),
    quiet,
    ...libraries.map((name) => join(target, name)),
    ...['-Wl,-rpath,$ORIGIN', '-o', join(target, 'tfjs_binding.node')],
  ]);
  rmSync(unpacked, { recursive: true });
  const { code, said } = await works(source);
  if (code !== 0) throw new SetupError(`the binding was built but does not work:\n${said}`);
}

/** Removes what stopped runs left behind, and once ours is linked, copies of other recipes. */
function removeLeftovers(linked) {
  if (!existsSync(home)) return;
  for (const name of readdirSync(home)) {
    const pid = /^native\.partial-(\d+)$/.exec(name)?.[1];
    const stale = pid ? !isRunning(Number(pid)) : linked && /^native(-|$)/.test(name) && join(home, name) !== installed;
    if (stale) rmSync(join(home, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function requireSpace() {
  mkdirSync(home, { recursive: true });
  const { bavail, bsize } = statfsSync(home);
  if (bavail * bsize >= NEEDED_BYTES) return;
  const free = ((bavail * bsize) / 1e9).toFixed(1);
  throw new SetupError(
    `${home} has ${free} GB free and ${NEEDED_BYTES / 1e9} GB are needed while building: free some space.`,
  );
}

/** Swaps the link in one step, so that nobody ever finds it missing. */
function linkInstalled() {
  if (foreignInstall()) rmSync(link, { recursive: true });
  mkdirSync(join(link, '..'), { recursive: true });
  const target = inside(installed, '@tensorflow', 'tfjs-node');
  const fresh = `${link}.${process.pid}`;
  symlinkSync(process.platform === 'win32' ? target : relative(join(link, '..'), target), fresh, 'junction');
  renameSync(fresh, link);
  removeLeftovers(true);
}

function foreignInstall() {
  return existsSync(link) && !lstatSync(link).isSymbolicLink();
}

async function setUp() {
  if (!existsSync(inside(root, '@tensorflow', 'tfjs-core'))) {
    throw new SetupError('the dependencies are not installed yet: run "npm ci" first.');
  }
  if (foreignInstall() && (await works(link)).code === 0) return 'was here already';
  if (existsSync(installed)) {
    const cached = await works(inside(installed, '@tensorflow', 'tfjs-node'));
    if (cached.code === 0) {
      linkInstalled();
      return 'was built before';
    }
    say(`the copy in ${relative(root, installed)} no longer works and is made anew: ${cached.said.split('\n')[0]}`);
  }
  requireSpace();
  await installPackage();
  if (!(await officialBinary())) await pythonBinary();
  rmSync(installed, { recursive: true, force: true });
  renameSync(staging, installed);
  linkInstalled();
  const { code, said } = await works(link);
  if (code === 0) return 'is installed';
  rmSync(link, { force: true });
  throw new SetupError(`it worked before it was moved to ${installed}, and no longer:\n${said}`);
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    stopping = true;
    child?.kill('SIGKILL');
    rmSync(staging, { recursive: true, force: true });
    process.stderr.write('setup:native: stopped; nothing was changed\n');
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });
}

try {
  removeLeftovers(false);
  const how = await setUp();
  say(
    `ready in ${seconds()}: tfjs-node ${TFJS_NODE} ${how}. Edgelore uses it from now on; EDGELORE_BACKEND=wasm goes without.`,
  );
} catch (error) {
  rmSync(staging, { recursive: true, force: true });
  const text = error instanceof SetupError ? error.message : error.stack;
  process.stderr.write(`setup:native: ${text}\nsetup:native: nothing was changed; Edgelore goes on with WebAssembly\n`);
  process.exitCode = 1;
}
