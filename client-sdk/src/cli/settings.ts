import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ClientError } from '../errors/client.error.js';

export interface PlatformSettings {
  readonly url: string;
  readonly apiKey: string;
}

const credentials = z.object({ url: z.string(), apiKey: z.string() });

/** Folder in which the command remembers tasks and runs. */
export function homeFolder(): string {
  return path.resolve(process.env.EDGELORE_HOME ?? '.edgelore/client');
}

function readCredentials(file: string): PlatformSettings | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return credentials.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new ClientError('NOT_AUTHENTICATED', {
      file,
      problem: 'cannot be read or is not what `npm start` wrote',
      remedy: 'Set EDGELORE_URL and EDGELORE_API_KEY, or remove the file and give the key in the environment',
      cause,
    });
  }
}

/**
 * Where the platform is: the option, then the environment, then what `npm start` left in .edgelore/data. Keys come from the
 * environment or that file only, because a command line is seen by every process.
 *
 * @throws ClientError NOT_AUTHENTICATED when there is no key.
 */
export function platformSettings(url: string | undefined): PlatformSettings {
  const file = path.resolve('.edgelore/data/credentials.json');
  const local = readCredentials(file);
  const apiKey = process.env.EDGELORE_API_KEY ?? local?.apiKey;
  if (!apiKey) {
    throw new ClientError('NOT_AUTHENTICATED', {
      file: 'EDGELORE_API_KEY',
      problem: 'no API key is set',
      remedy: "Put the key that the platform's operator gave you into this environment variable",
    });
  }
  return { url: url ?? process.env.EDGELORE_URL ?? local?.url ?? 'http://127.0.0.1:3000', apiKey };
}
