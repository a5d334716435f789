/** A search space's JSON is not one. `field` is the place in it. */
export class InvalidSearchSpaceError extends Error {
  readonly code = 'INVALID_SEARCH_SPACE';

  constructor(
    readonly field: string,
    readonly remedy: string,
  ) {
    super(`search space: ${field} is wrong: ${remedy}`);
    this.name = 'InvalidSearchSpaceError';
  }
}

/** A configuration does not belong to the search space. `field` is the dimension (or `space`). */
export class InvalidConfigurationError extends Error {
  readonly code = 'INVALID_CONFIGURATION';

  constructor(
    readonly field: string,
    readonly remedy: string,
  ) {
    super(`configuration: ${field} is wrong: ${remedy}`);
    this.name = 'InvalidConfigurationError';
  }
}
