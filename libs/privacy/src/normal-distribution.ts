import { increasingRoot } from './increasing-root.js';

const DENSITY = 1 / Math.sqrt(2 * Math.PI);
/** Below, the series loses fewer digits than the continued fraction needs terms. */
const CROSSOVER = 2.5;
/** Terms after which the continued fraction stands still in double precision from the crossover on. */
const FRACTION_TERMS = 120;
/** Where the upper tail is below the least double. */
const LAST = 38.6;

/** phi(x), the density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return DENSITY * Math.exp((-x * x) / 2);
}

/**
 * Mills' ratio (1 - Phi(x)) / phi(x), to about 13 digits: it stays an ordinary number where tail and density vanish. For x far below 0 it grows like
 * 1 / phi(x) and overflows from -38 on.
 */
export function millsRatio(x: number): number {
  if (x < CROSSOVER) return (0.5 - centralSeries(x)) / normalDensity(x);
  // Laplace's continued fraction 1 / (x + 1 / (x + 2 / (x + 3 / ...))), from its end.
  let tail = x;
  for (let term = FRACTION_TERMS; term >= 1; term--) tail = x + term / tail;
  return 1 / tail;
}

/** Phi(x), relative error about 1e-13 in the lower tail too. */
export function normalCdf(x: number): number {
  if (x > 0) return 1 - normalCdf(-x);
  return x < -LAST ? 0 : millsRatio(-x) * normalDensity(x);
}

/** The x with Phi(x) = p, for p from 0 to 1. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  return increasingRoot((x) => normalCdf(x) - p, -LAST, 0);
}

/** Phi(x) - 1/2 = phi(x) (x + x^3/3 + x^5/15 + ...): all terms have the sign of x. */
function centralSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return normalDensity(x) * sum;
}
