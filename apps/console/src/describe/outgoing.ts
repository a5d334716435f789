import {
  type Description,
  descriptionNoise,
  type Guarantee,
  protectDescription,
  secureNormal,
} from '@edgelore/client/browser';
import type { SubmitDescriptionInput } from '../graphql/generated/graphql.js';

/** A description as it would leave, but for the name. */
export interface Outgoing {
  /** Random: what the platform knows this very description by, so that sending it again makes no second task. */
  readonly clientKey: string;
  readonly description: Description;
  readonly noise: SentNoise | undefined;
}

export interface SentNoise extends Guarantee {
  readonly sigma: number;
}

const KEY_BYTES = 16;

/**
 * Draws the noise that a guarantee asks for; none without one.
 * @throws PrivacyError INVALID_GUARANTEE.
 */
export function prepare(description: Description, guarantee: Guarantee | undefined): Outgoing {
  const clientKey = Array.from(random(KEY_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (guarantee === undefined) return { clientKey, description, noise: undefined };
  const { sigma } = descriptionNoise(description, guarantee);
  return {
    clientKey,
    description: protectDescription(description, sigma, secureNormal(random)),
    noise: { ...guarantee, sigma },
  };
}

/** The very variables of the request. */
export function inputOf({ clientKey, description, noise }: Outgoing, name: string): SubmitDescriptionInput {
  const { extractorVersion, extractorHash, dimension, rows, images, batchSize } = description;
  return {
    clientKey,
    name,
    description: {
      extractorVersion,
      extractorHash,
      dimension,
      rows: rows.map((row) => [...row]),
      images,
      batchSize,
    },
    ...(noise && { noise }),
  };
}

function random(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
