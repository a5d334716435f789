import { type Configuration, type Difference, differenceFromDefault, faceDetectorSpace } from '@edgelore/search-space';

/** What sets a stored configuration apart from the default; nothing of one whose space is not served any more. */
export function differenceOf(configuration: Configuration): Difference[] {
  return configuration.space === faceDetectorSpace.id ? differenceFromDefault(faceDetectorSpace, configuration) : [];
}
