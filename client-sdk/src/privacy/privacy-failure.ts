import { PrivacyError } from '@edgelore/privacy';
import { ClientError } from '../errors/client.error.js';

const remedies = {
  PRIVACY_SPENT: 'See `edgelore privacy` for what was spent; its --cap moves the cap',
  INVALID_GUARANTEE: 'See docs/privacy.md for what epsilon and delta mean',
} as const;

/** A refusal of the privacy library in the client's own form, about a file or folder. */
export function withoutPrivacyErrors<Value>(file: string, compute: () => Value): Value {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof PrivacyError)) throw error;
    const code = error.code === 'PRIVACY_SPENT' || error.code === 'INVALID_GUARANTEE' ? error.code : undefined;
    if (code === undefined) throw error;
    throw new ClientError(code, {
      file,
      problem: error.message.replace(/\.$/, ''),
      remedy: remedies[code],
      cause: error,
    });
  }
}
