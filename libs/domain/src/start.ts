import { AppError } from '@edgelore/platform';
import type { FirstSecrets } from './bootstrap.js';

export function printSecrets({ operatorPassword }: FirstSecrets): void {
  if (operatorPassword !== undefined) {
    process.stdout.write(`edgelore: operator password, shown this once: ${operatorPassword}\n`);
  }
}

/** One clear line for what somebody can mend, the whole error for what is ours. */
export function exitWith(error: unknown): never {
  const line = error instanceof AppError ? `${error.code}: ${error.message}` : String((error as Error).stack ?? error);
  process.stderr.write(`edgelore: ${line}\n`);
  process.exit(1);
}
