export type DescriptorErrorCode =
  | 'INVALID_IMAGE'
  | 'INVALID_EXTRACTOR'
  | 'INVALID_DESCRIPTION'
  | 'INVALID_ALIGNMENT'
  | 'EXTRACTOR_MISMATCH'
  | 'TOO_FEW_IMAGES';

/** Every refusal of this package: what is wrong, where (`field`, e.g. `boxes[3]`), and what to do about it. */
export class DescriptorError extends Error {
  override readonly name = 'DescriptorError';

  constructor(
    readonly code: DescriptorErrorCode,
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}
