/** The last number at which an increasing function is not above 0, by halving until doubles end: at most about 1,100 times, usually 60. */
export function increasingRoot(f: (x: number) => number, low: number, high: number): number {
  let below = low;
  let above = high;
  for (;;) {
    const middle = below + (above - below) / 2;
    if (middle <= below || middle >= above) return below;
    if (f(middle) <= 0) below = middle;
    else above = middle;
  }
}
