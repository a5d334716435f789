#!/usr/bin/env node
import { TensorBackendError } from '@edgelore/tensor';
import { CommanderError } from 'commander';
import { ClientError, exitCodes } from '../errors/client.error.js';
import { program } from './program.js';

const stop = new AbortController();
/** One Ctrl-C can arrive twice, from the terminal and from npm. */
const ECHO_MS = 500;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  let first: number | undefined;
  process.on(signal, () => {
    const now = performance.now();
    first ??= now;
    stop.abort();
    if (now - first > ECHO_MS) process.exit(exitCodes.interrupted);
  });
}

try {
  await program({ signal: stop.signal, stdout: process.stdout, stderr: process.stderr }).parseAsync(process.argv);
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof ClientError) {
    process.stderr.write(`edgelore: ${error.message} [${error.code}]\n`);
    return error.exitCode;
  }
  if (error instanceof TensorBackendError) {
    process.stderr.write(`edgelore: ${error.message} [${error.code}]\n`);
    return exitCodes.unavailable;
  }
  process.stderr.write(
    `edgelore: unexpected failure: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return exitCodes.internal;
}
