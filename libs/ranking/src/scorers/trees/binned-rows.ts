/** Numbers a bin has in a histogram: sum of gradients, sum of curvatures, rows. */
export const SLOTS = 3;

/** Rows of features as bin numbers, the bins of all features numbered through. Columns that no leaf could be split by are left out. */
export interface BinnedRows {
  readonly rows: number;
  /** Column of the input that each kept feature was, [features]. */
  readonly columns: Int32Array;
  /** First bin of each feature, [features + 1]. */
  readonly firstBin: Int32Array;
  /** Bin of each feature that most rows are in: nothing is stored and added for those, as most values are mostly zero. */
  readonly commonBin: Int32Array;
  /** Smallest and largest value seen in each bin. */
  readonly lowest: Float32Array;
  readonly highest: Float32Array;
  /** Code of each row, which is its bin within the feature, by features: [features × rows]. */
  readonly codes: Uint8Array;
  /** `SLOTS` times each uncommon bin that row i is in: entries[rowStart[i] .. rowStart[i + 1]). */
  readonly entries: Int32Array;
  /** [rows + 1] */
  readonly rowStart: Int32Array;
}

export interface BinOptions {
  /** At most 256. */
  readonly maxBins: number;
  /** Neighbouring values are merged until their bin holds this many rows. */
  readonly minBinRows: number;
  /** A feature must leave this many rows on both sides of a split. */
  readonly minLeafRows: number;
}

/** Bins of one column, ascending. */
interface Column {
  readonly column: number;
  readonly lowest: Float32Array;
  readonly highest: Float32Array;
  readonly common: number;
}

/** The different values of a column, ascending, and how many rows have each. */
interface Values {
  readonly values: Float32Array;
  readonly counts: Int32Array;
}

/** @param features finite, [rows × width] by rows */
export function binRows(features: Float32Array, width: number, options: BinOptions): BinnedRows {
  const rows = features.length / width;
  const byColumns = transposed(features, width);
  const kept: Column[] = [];
  for (let column = 0; column < width; column += 1) {
    const bins = binColumn(
      differentValues(byColumns.subarray(column * rows, (column + 1) * rows)),
      rows,
      column,
      options,
    );
    if (bins !== undefined) {
      kept.push(bins);
    }
  }
  const firstBin = new Int32Array(kept.length + 1);
  for (let feature = 0; feature < kept.length; feature += 1) {
    firstBin[feature + 1] = firstBin[feature]! + kept[feature]!.lowest.length;
  }
  const lowest = new Float32Array(firstBin[kept.length]!);
  const highest = new Float32Array(firstBin[kept.length]!);
  const codes = new Uint8Array(kept.length * rows);
  for (let feature = 0; feature < kept.length; feature += 1) {
    const bins = kept[feature]!;
    lowest.set(bins.lowest, firstBin[feature]!);
    highest.set(bins.highest, firstBin[feature]!);
    const values = byColumns.subarray(bins.column * rows, (bins.column + 1) * rows);
    encode(values, bins.highest, codes.subarray(feature * rows, (feature + 1) * rows));
  }
  return {
    rows,
    columns: Int32Array.from(kept, ({ column }) => column),
    firstBin,
    commonBin: Int32Array.from(kept, ({ common }, feature) => firstBin[feature]! + common),
    lowest,
    highest,
    codes,
    ...uncommonBins(codes, rows, kept, firstBin),
  };
}

/** By columns, in tiles that fit the cache. */
function transposed(features: Float32Array, width: number): Float32Array {
  const rows = features.length / width;
  const byColumns = new Float32Array(features.length);
  for (let start = 0; start < rows; start += 16) {
    const end = Math.min(rows, start + 16);
    for (let column = 0; column < width; column += 1) {
      for (let row = start; row < end; row += 1) {
        byColumns[column * rows + row] = features[row * width + column]!;
      }
    }
  }
  return byColumns;
}

function encode(values: Float32Array, highest: Float32Array, codes: Uint8Array): void {
  const zero = binOf(highest, 0);
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]!;
    codes[row] = value === 0 ? zero : binOf(highest, value);
  }
}

function uncommonBins(
  codes: Uint8Array,
  rows: number,
  kept: readonly Column[],
  firstBin: Int32Array,
): Pick<BinnedRows, 'entries' | 'rowStart'> {
  const rowStart = new Int32Array(rows + 1);
  for (let feature = 0; feature < kept.length; feature += 1) {
    const { common } = kept[feature]!;
    for (let row = 0; row < rows; row += 1) {
      rowStart[row + 1]! += codes[feature * rows + row] === common ? 0 : 1;
    }
  }
  for (let row = 0; row < rows; row += 1) {
    rowStart[row + 1]! += rowStart[row]!;
  }
  const entries = new Int32Array(rowStart[rows]!);
  const next = rowStart.slice();
  for (let feature = 0; feature < kept.length; feature += 1) {
    const { common } = kept[feature]!;
    for (let row = 0; row < rows; row += 1) {
      const code = codes[feature * rows + row]!;
      if (code !== common) {
        entries[next[row]!] = SLOTS * (firstBin[feature]! + code);
        next[row]! += 1;
      }
    }
  }
  return { entries, rowStart };
}

/** Bins of about equal counts; a value that alone fills one has it for itself. Undefined where no split leaves enough rows on both sides. */
function binColumn({ values, counts }: Values, rows: number, column: number, options: BinOptions): Column | undefined {
  const { maxBins, minBinRows, minLeafRows } = options;
  const lowest: number[] = [];
  const highest: number[] = [];
  let before = 0;
  let common = 0;
  let most = 0;
  let divides = false;
  for (let start = 0; start < values.length; ) {
    const free = maxBins - highest.length;
    const aim = values.length <= maxBins ? minBinRows : Math.max(minBinRows, (rows - before) / free);
    let held = counts[start]!;
    let end = start + 1;
    // It stops before a value that fills a bin of its own.
    while (end < values.length && held < aim && !(held >= minBinRows && counts[end]! >= aim)) {
      held += counts[end]!;
      end += 1;
    }
    if (held > most) {
      most = held;
      common = highest.length;
    }
    lowest.push(values[start]!);
    highest.push(values[end - 1]!);
    start = end;
    before += held;
    divides ||= before >= minLeafRows && rows - before >= minLeafRows;
  }
  return divides
    ? { column, lowest: Float32Array.from(lowest), highest: Float32Array.from(highest), common }
    : undefined;
}

/** Zeros are counted, not sorted: encodings consist of them for the most part. */
function differentValues(column: Float32Array): Values {
  const rest = new Float32Array(column.length);
  let size = 0;
  for (let row = 0; row < column.length; row += 1) {
    if (column[row] !== 0) {
      rest[size] = column[row]!;
      size += 1;
    }
  }
  const sorted = rest.subarray(0, size).sort();
  const zeros = rest.length - size;
  const values: number[] = [];
  const counts: number[] = [];
  const add = (value: number, count: number) => {
    values.push(value);
    counts.push(count);
  };
  let zerosLeft = zeros > 0;
  for (let start = 0; start < size; ) {
    const value = sorted[start]!;
    if (zerosLeft && value > 0) {
      add(0, zeros);
      zerosLeft = false;
    }
    let end = start + 1;
    while (end < size && sorted[end] === value) {
      end += 1;
    }
    add(value, end - start);
    start = end;
  }
  if (zerosLeft) {
    add(0, zeros);
  }
  return { values: Float32Array.from(values), counts: Int32Array.from(counts) };
}

function binOf(highest: Float32Array, value: number): number {
  let low = 0;
  let high = highest.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= highest[middle]!) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
