/** Numbers a bin has in a histogram: sum of gradients, sum of curvatures, rows. */
export const SLOTS = 3;

/** Rows of features as bin numbers, in the two layouts that training reads. Columns that no leaf could be split by are left out. */
export interface BinnedRows {
  readonly rows: number;
  /** Column of the input that each kept feature was, [features]. */
  readonly columns: Int32Array;
  /** First bin of each feature among all bins, [features + 1]. */
  readonly firstBin: Int32Array;
  /** Bin, among all bins, that most rows are in: where most values are zero nothing is stored and added for them. [features] */
  readonly commonBin: Int32Array;
  /** Smallest and largest value seen in each bin, [bins]. */
  readonly lowest: Float32Array;
  readonly highest: Float32Array;
  /** Bin within its feature of each row, by features: [features × rows]. */
  readonly codes: Uint8Array;
  /** `SLOTS` times the bin, among all bins, of each row's features except where it is the common one. */
  readonly entries: Int32Array;
  /** Row i has entries[rowStart[i] .. rowStart[i + 1]), [rows + 1]. */
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
  const kept: Column[] = [];
  for (let column = 0; column < width; column += 1) {
    const bins = binColumn(differentValues(features, width, column), rows, column, options);
    if (bins !== undefined) {
      kept.push(bins);
    }
  }
  const columns = Int32Array.from(kept, ({ column }) => column);
  const firstBin = new Int32Array(kept.length + 1);
  for (let feature = 0; feature < kept.length; feature += 1) {
    firstBin[feature + 1] = firstBin[feature]! + kept[feature]!.lowest.length;
  }
  const bins = firstBin[kept.length]!;
  const lowest = new Float32Array(bins);
  const highest = new Float32Array(bins);
  for (let feature = 0; feature < kept.length; feature += 1) {
    lowest.set(kept[feature]!.lowest, firstBin[feature]!);
    highest.set(kept[feature]!.highest, firstBin[feature]!);
  }
  const commonBin = Int32Array.from(kept, ({ common }, feature) => firstBin[feature]! + common);
  return { rows, columns, firstBin, commonBin, lowest, highest, ...encode(features, width, kept, firstBin, commonBin) };
}

function encode(
  features: Float32Array,
  width: number,
  kept: readonly Column[],
  firstBin: Int32Array,
  commonBin: Int32Array,
): Pick<BinnedRows, 'codes' | 'entries' | 'rowStart'> {
  const rows = features.length / width;
  const codes = new Uint8Array(kept.length * rows);
  const rowStart = new Int32Array(rows + 1);
  for (let feature = 0; feature < kept.length; feature += 1) {
    const { column, highest, common } = kept[feature]!;
    const zero = binOf(highest, 0);
    for (let row = 0; row < rows; row += 1) {
      const value = features[row * width + column]!;
      const code = value === 0 ? zero : binOf(highest, value);
      codes[feature * rows + row] = code;
      rowStart[row + 1]! += code === common ? 0 : 1;
    }
  }
  for (let row = 0; row < rows; row += 1) {
    rowStart[row + 1]! += rowStart[row]!;
  }
  const entries = new Int32Array(rowStart[rows]!);
  const next = rowStart.slice(0, rows);
  for (let feature = 0; feature < kept.length; feature += 1) {
    for (let row = 0; row < rows; row += 1) {
      const bin = firstBin[feature]! + codes[feature * rows + row]!;
      if (bin !== commonBin[feature]) {
        entries[next[row]!] = SLOTS * bin;
        next[row]! += 1;
      }
    }
  }
  return { codes, entries, rowStart };
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
    // The last bin takes what remains; others stop before a value that fills a bin of its own.
    while (end < values.length && (free === 1 || (held < aim && !(held >= minBinRows && counts[end]! >= aim)))) {
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
function differentValues(features: Float32Array, width: number, column: number): Values {
  const rest: Float32Array = new Float32Array(features.length / width);
  let size = 0;
  for (let at = column; at < features.length; at += width) {
    if (features[at] !== 0) {
      rest[size] = features[at]!;
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
