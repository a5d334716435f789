/** Every number as a cell: below zero in one colour, above in the other. */
export function DescriptionStrips({ rows }: { rows: readonly (readonly number[])[] }) {
  const most = Math.max(1e-9, ...rows.flat().map(Math.abs));
  // The coordinates have no names: their places are all that tells them apart.
  const coordinates = (rows[0] ?? []).map((_, at) => at);
  return (
    <div className="relative overflow-x-auto">
      <table className="w-full border-separate border-spacing-px text-[10px]">
        <caption className="sr-only">The description’s numbers, one row for each batch of images</caption>
        <thead>
          <tr>
            <th scope="col" className="pr-2 text-left font-normal text-quiet">
              batch
            </th>
            {coordinates.map((at) => (
              <th key={at} scope="col" className="font-normal text-quiet">
                {at + 1}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, batch) => (
            <tr key={row.join()}>
              <th scope="row" className="pr-2 text-left font-normal text-quiet">
                {batch + 1}
              </th>
              {coordinates.map((at) => (
                <Cell key={at} name={`batch ${batch + 1}, coordinate ${at + 1}`} value={row[at] ?? 0} most={most} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-2 flex items-center gap-2 text-xs text-quiet">
        −{most.toFixed(3)}
        <span
          aria-hidden
          className="h-2 w-40 rounded-full"
          style={{ background: `linear-gradient(90deg, ${shade(-1)}, ${shade(0)}, ${shade(1)})` }}
        />
        {most.toFixed(3)}
      </p>
    </div>
  );
}

function Cell({ name, value, most }: { name: string; value: number; most: number }) {
  return (
    <td title={`${name}: ${value}`} className="h-5 min-w-5 rounded-[2px]" style={{ background: shade(value / most) }}>
      <span className="sr-only">{value.toFixed(4)}</span>
    </td>
  );
}

/** -1 to 1 */
function shade(value: number): string {
  const colour = value < 0 ? 'var(--series-2)' : 'var(--series-1)';
  return `color-mix(in oklab, ${colour} ${Math.round(100 * Math.min(1, Math.abs(value)))}%, var(--raised))`;
}
