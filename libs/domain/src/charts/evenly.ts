/** At most so many of the rows, at even distances, the first and the last among them. */
export function evenly<Row>(rows: readonly Row[], most: number): Row[] {
  if (rows.length <= most) return [...rows];
  return Array.from({ length: most }, (_, at) => rows[Math.round((at * (rows.length - 1)) / Math.max(1, most - 1))]!);
}
