/**
 * Largest triangle three buckets (Steinarsson 2013): of a line's points those that keep its looks. First and last stay, and of each bucket between them the
 * point that makes the largest triangle with the one kept before and the mean of the next bucket.
 */
export function downSample<Point>(
  points: readonly Point[],
  most: number,
  at: (point: Point) => readonly [x: number, y: number],
): Point[] {
  if (points.length <= most || most < 3) return points.slice(0, Math.max(0, most));
  const size = (points.length - 2) / (most - 2);
  const kept: Point[] = [points[0]!];
  for (let bucket = 0; bucket < most - 2; bucket += 1) {
    const start = Math.floor(bucket * size) + 1;
    const end = Math.floor((bucket + 1) * size) + 1;
    const next = points
      .slice(end, Math.max(end + 1, Math.min(points.length, Math.floor((bucket + 2) * size) + 1)))
      .map(at);
    const mean = [average(next.map(([x]) => x)), average(next.map(([, y]) => y))] as const;
    const [keptX, keptY] = at(kept.at(-1)!);
    let best = start;
    let largest = -1;
    for (let index = start; index < end; index += 1) {
      const [x, y] = at(points[index]!);
      const area = Math.abs((keptX - mean[0]) * (y - keptY) - (keptX - x) * (mean[1] - keptY));
      if (area > largest) {
        largest = area;
        best = index;
      }
    }
    kept.push(points[best]!);
  }
  kept.push(points.at(-1)!);
  return kept;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
