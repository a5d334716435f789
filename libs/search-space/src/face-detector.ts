import json from './face-detector.v1.json' with { type: 'json' };
import { parseSearchSpace, type SearchSpace } from './search-space.js';

/** The search space `face-detector/1`: small single-stage face detectors and how they are trained. */
export const faceDetectorSpace: SearchSpace = parseSearchSpace(json);
