import {
  type ColumnDef,
  columnVisibilityFeature,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { styles } from './styles.js';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Figures stand at the right. */
  readonly number?: boolean;
  /** What the platform calls the order by this column. */
  readonly sort?: string;
  /** What the heading means, on hover. */
  readonly hint?: string;
  /** Long texts are cut, with the whole on hover. */
  readonly cut?: (row: Row) => string;
}

export interface Order {
  readonly field: string;
  readonly direction: 'ASC' | 'DESC';
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  /** The order that the platform gave, and the way to ask for another. */
  readonly order?: Order;
  readonly onOrder?: (order: Order) => void;
  /** Ids of the rows picked, and the way to pick others; none may be picked without. */
  readonly picked?: readonly string[];
  readonly onPick?: (ids: string[]) => void;
  readonly mostPicked?: number;
  readonly hidden?: readonly string[];
  /** Rows are being asked for anew. */
  readonly busy?: boolean;
}

const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature, rowSortingFeature });

/** Rows as the platform pages and sorts them. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowId, order, onOrder, picked, onPick, mostPicked = 5, hidden, busy = false } = props;
  const definitions = useMemo<ColumnDef<typeof features, Row>[]>(
    () => columns.map(({ id, header, sort }) => ({ id, header, enableSorting: sort !== undefined })),
    [columns],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: rowId,
    manualSorting: true,
    state: {
      columnVisibility: Object.fromEntries((hidden ?? []).map((id) => [id, false])),
      rowSelection: Object.fromEntries((picked ?? []).map((id) => [id, true])),
    },
  });
  const byId = new Map(columns.map((column) => [column.id, column]));
  const pick = (id: string) =>
    onPick?.(picked?.includes(id) ? picked.filter((other) => other !== id) : [...(picked ?? []), id]);

  return (
    // Positioned, so that what only readers of a screen hear is cut off with the rest.
    <section className="relative overflow-x-auto" aria-label={label} aria-busy={busy}>
      <table className={styles('w-full border-collapse text-left text-[13px]', busy && 'cursor-progress')}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} className="border-b border-line">
              {onPick && (
                <th scope="col" className="w-8 py-2 pl-5">
                  <span className="sr-only">Compare</span>
                </th>
              )}
              {group.headers.map((header) => {
                const column = byId.get(header.column.id)!;
                const sorted = column.sort !== undefined && order?.field === column.sort ? order.direction : undefined;
                return (
                  <th
                    key={header.id}
                    scope="col"
                    title={column.hint}
                    aria-sort={sorted === 'ASC' ? 'ascending' : sorted === 'DESC' ? 'descending' : undefined}
                    className={styles(
                      'px-2.5 py-2 text-xs font-medium whitespace-nowrap text-quiet first:pl-5 last:pr-5',
                      column.number && 'text-right',
                    )}
                  >
                    {column.sort !== undefined && onOrder ? (
                      <SortButton column={column} sort={column.sort} sorted={sorted} onOrder={onOrder} />
                    ) : (
                      column.header
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr
              key={row.id}
              className={styles(
                'border-b border-line last:border-b-0 hover:bg-raised/60',
                row.getIsSelected() && 'bg-accent-soft/50',
              )}
            >
              {onPick && (
                <td className="w-8 py-2 pl-5">
                  <input
                    type="checkbox"
                    className="size-4 accent-accent align-middle"
                    aria-label="Compare"
                    checked={row.getIsSelected()}
                    disabled={!row.getIsSelected() && (picked?.length ?? 0) >= mostPicked}
                    onChange={() => pick(row.id)}
                  />
                </td>
              )}
              {row.getVisibleCells().map((cell) => {
                const column = byId.get(cell.column.id)!;
                return (
                  <td
                    key={cell.id}
                    title={column.cut?.(row.original)}
                    className={styles(
                      'px-2.5 py-2 first:pl-5 last:pr-5',
                      column.number
                        ? 'text-right whitespace-nowrap'
                        : column.cut
                          ? 'w-full max-w-0 min-w-36 truncate'
                          : 'whitespace-nowrap',
                    )}
                  >
                    {column.cell(row.original)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface SortButtonProps<Row> {
  readonly column: Column<Row>;
  readonly sort: string;
  readonly sorted: Order['direction'] | undefined;
  readonly onOrder: (order: Order) => void;
}

function SortButton<Row>({ column, sort, sorted, onOrder }: SortButtonProps<Row>) {
  const Icon = sorted === 'ASC' ? ArrowUp : sorted === 'DESC' ? ArrowDown : ChevronsUpDown;
  return (
    <button
      type="button"
      className="inline-flex cursor-pointer items-center gap-1 hover:text-ink"
      onClick={() => onOrder({ field: sort, direction: sorted === 'DESC' ? 'ASC' : 'DESC' })}
    >
      {column.header}
      <Icon aria-hidden className={styles('size-3', sorted === undefined && 'opacity-50')} />
    </button>
  );
}
