import { DescriptorError } from '@edgelore/descriptors';
import { FederationError } from '@edgelore/federation';
import { AppError } from '@edgelore/platform';
import { InvalidConfigurationError } from '@edgelore/search-space';

/** Runs a pure library on what a client sent; what it refuses becomes INVALID_INPUT with the field at fault. */
export function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof DescriptorError || error instanceof InvalidConfigurationError) {
      throw new AppError('INVALID_INPUT', error.message, { field: error.field, cause: error });
    }
    if (error instanceof FederationError) {
      const code = error.code === 'OUT_OF_STEP' ? 'CONFLICT' : 'INVALID_INPUT';
      throw new AppError(code, error.message, { field: error.field, cause: error });
    }
    throw error;
  }
}
