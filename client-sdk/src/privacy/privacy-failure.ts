import { PrivacyError, type PrivacyErrorCode } from '@edgelore/privacy';
import { ClientError, type ClientErrorCode } from '../errors/client.error.js';

interface Answer {
  readonly code: ClientErrorCode;
  readonly remedy: string;
}

/** The refusals that an owner can do something about. */
const answers: Readonly<Partial<Record<PrivacyErrorCode, Answer>>> = {
  PRIVACY_SPENT: {
    code: 'PRIVACY_SPENT',
    remedy: 'See `edgelore privacy` for what was spent; its --cap moves the cap',
  },
  INVALID_GUARANTEE: { code: 'INVALID_GUARANTEE', remedy: 'See docs/privacy.md for what epsilon and delta mean' },
  INVALID_ATTACK: { code: 'AUDIT_IMPOSSIBLE', remedy: 'Give more and different images, or more --trials' },
};

/** A refusal of the privacy library in the client's own form, about a file or folder. */
export function withoutPrivacyErrors<Value>(file: string, compute: () => Value): Value {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof PrivacyError)) throw error;
    const answer = answers[error.code];
    if (answer === undefined) throw error;
    throw new ClientError(answer.code, {
      file,
      problem: error.message.replace(/\.$/, ''),
      remedy: answer.remedy,
      cause: error,
    });
  }
}
