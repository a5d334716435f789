import {
  assemble,
  type Body,
  type Code,
  type FunctionSource,
  float,
  integer,
  type Local,
  repeat,
  vector,
} from './assembler.js';

/**
 * The inner loops of the training kernels, over addresses and strides in bytes on the heap of the WASM backend. Rows are `channels` floats long.
 */
export interface Loops {
  /** c[i, j] += sum over k of a[k, i] * b[k, j], with c dense [m, n]. */
  addTransposedProduct(
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    k: number,
    m: number,
    n: number,
    c: number,
  ): void;
  /** sum[c] += sum over rows of x[row, c] * y[row, c] */
  addRowProducts(
    x: number,
    xStride: number,
    y: number,
    yStride: number,
    rows: number,
    channels: number,
    sum: number,
  ): void;
  /** x[row, c] += y[row, c] * weight[c] */
  addWeightedRows(
    x: number,
    xStride: number,
    y: number,
    yStride: number,
    rows: number,
    channels: number,
    weight: number,
  ): void;
  /** sum[c] += sum over rows of x[row, c] */
  addRows(x: number, stride: number, rows: number, channels: number, sum: number): void;
  /** sum[c] += sum over rows of (x[row, c] - mean[c])^2 */
  addSquaredDistances(x: number, stride: number, rows: number, channels: number, mean: number, sum: number): void;
  /** y[row, c] = x[row, c] * slope[c] + offset[c], rows side by side */
  scaleRows(x: number, y: number, rows: number, channels: number, slope: number, offset: number): void;
  /** The same, or zero where that is below zero. */
  scaleRowsRectified(x: number, y: number, rows: number, channels: number, slope: number, offset: number): void;
  /**
   * sum[0, c] += sum over rows of dy[row, c], and sum[1, c] += sum over rows of dy[row, c] * (x[row, c] - mean[c]), rows side by side. The rectified one
   * takes dy only where y is above zero; the other ignores y.
   */
  addSlopes(dy: number, y: number, x: number, rows: number, channels: number, mean: number, sum: number): void;
  addSlopesRectified(dy: number, y: number, x: number, rows: number, channels: number, mean: number, sum: number): void;
  /** dx[row, c] = by[0, c] * dy[row, c] + by[1, c] * x[row, c] + by[2, c], rows side by side, with dy taken as above. */
  combineSlopes(dy: number, y: number, x: number, dx: number, rows: number, channels: number, by: number): void;
  combineSlopesRectified(
    dy: number,
    y: number,
    x: number,
    dx: number,
    rows: number,
    channels: number,
    by: number,
  ): void;
}

const FLOAT = 4;
const VECTOR = 16;
const { constant, add, mul, less, lessOrEqual } = integer;

const advance = (local: Local, step: Code): Code => local.set(add(local.get, step));
const step = (local: Local, bytes: number): Code => advance(local, constant(bytes));

/** `lanes` 0 is one float. */
const kit = (body: Body, lanes: number) =>
  lanes === 0
    ? { math: float, parts: [0], declare: () => body.float() }
    : { math: vector, parts: [...Array(lanes).keys()], declare: () => body.vector() };

/** Walks `length` floats in pieces of several vectors, then of one vector, then of one float. */
function inPieces(at: Local, end: Local, lanes: readonly number[], piece: (lanes: number) => Code[]): Code[] {
  return [...lanes, 0].map((count) => {
    const width = count === 0 ? FLOAT : count * VECTOR;
    return repeat(lessOrEqual(add(at.get, constant(width)), end.get), ...piece(count), step(at, width));
  });
}

const transposedProduct: FunctionSource = {
  parameters: 8,
  body: (body) => {
    const [a, aStride, b, bStride, k, m, n, c] = body.parameters as [
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const [row, column, rowEnd, columnEnd, aNow, bNow, cNow, left] = Array.from({ length: 8 }, () =>
      body.integer(),
    ) as [Local, Local, Local, Local, Local, Local, Local, Local];
    const cStride = columnEnd;
    const tile = (rows: number, lanes: number): Code[] => {
      const { math, parts, declare } = kit(body, lanes);
      const sums = Array.from({ length: rows }, () => parts.map(declare));
      const values = parts.map(declare);
      const factor = declare();
      const address = (index: number): Code =>
        index === 0 ? cNow.get : add(cNow.get, mul(cStride.get, constant(index)));
      return [
        aNow.set(add(a.get, row.get)),
        bNow.set(add(b.get, column.get)),
        // Row and column count in bytes, so `row / 4 * columns * 4` is `row * columns`.
        cNow.set(add(add(c.get, mul(row.get, n.get)), column.get)),
        left.set(k.get),
        ...sums.flatMap((line, index) => line.map((sum, part) => sum.set(math.load(address(index), part * VECTOR)))),
        repeat(
          left.get,
          ...values.map((value, part) => value.set(math.load(bNow.get, part * VECTOR))),
          ...sums.flatMap((line, index) => [
            factor.set(math.spread(aNow.get, index * FLOAT)),
            ...line.map((sum, part) => sum.set(math.add(sum.get, math.mul(factor.get, values[part]!.get)))),
          ]),
          advance(aNow, aStride.get),
          advance(bNow, bStride.get),
          left.set(integer.sub(left.get, constant(1))),
        ),
        ...sums.flatMap((line, index) => line.map((sum, part) => math.store(address(index), sum.get, part * VECTOR))),
      ];
    };
    const columns = (rows: number): Code[] => [
      column.set(constant(0)),
      ...inPieces(column, columnEnd, [2, 1], (lanes) => tile(rows, lanes)),
    ];
    return [
      rowEnd.set(mul(m.get, constant(FLOAT))),
      columnEnd.set(mul(n.get, constant(FLOAT))),
      row.set(constant(0)),
      repeat(lessOrEqual(add(row.get, constant(4 * FLOAT)), rowEnd.get), ...columns(4), step(row, 4 * FLOAT)),
      repeat(less(row.get, rowEnd.get), ...columns(1), step(row, FLOAT)),
    ];
  },
};

interface Kit {
  readonly math: typeof vector;
  /** Byte offsets of the vectors of a piece. */
  readonly parts: readonly number[];
  /** Variables that are filled, part by part, from a row of `channels` numbers before the rows are walked. */
  filled(address: Code): Local[];
  /** Variables to work with, one a part. */
  fresh(): Local[];
  /** The number at a walker's place. */
  at(walker: Local, part: number): Code;
}

interface Work {
  readonly each: Code[];
  readonly after?: Code[];
}

interface Walk {
  readonly rows: Local;
  readonly channels: Local;
  /** Tensors walked row by row; rows side by side where no stride is given. */
  readonly over: { readonly from: Local; readonly stride?: Local }[];
}

/** Walks rows for a few channels at a time, so that what is kept by channel stays in registers. `place` is the offset of those channels in a row. */
function walkRows(
  body: Body,
  { rows, channels, over }: Walk,
  work: (kit: Kit, walkers: Local[], place: Code) => Work,
): Code[] {
  const [at, end, left] = [body.integer(), body.integer(), body.integer()];
  const walkers = over.map(() => body.integer());
  const pieces = inPieces(at, end, [4, 1], (lanes) => {
    const { math, parts, declare } = kit(body, lanes);
    const offsets = parts.map((part) => part * VECTOR);
    const tools: Kit = {
      math,
      parts: offsets,
      filled: (address) => {
        const locals = offsets.map(declare);
        filling.push(...locals.map((local, index) => local.set(math.load(address, offsets[index]!))));
        return locals;
      },
      fresh: () => offsets.map(declare),
      at: (walker, part) => math.load(walker.get, part),
    };
    const filling: Code[] = [];
    const { each, after = [] } = work(tools, walkers, at.get);
    return [
      ...walkers.map((walker, index) => walker.set(add(over[index]!.from.get, at.get))),
      left.set(rows.get),
      ...filling,
      repeat(
        left.get,
        ...each,
        ...walkers.map((walker, index) => advance(walker, (over[index]!.stride ?? end).get)),
        left.set(integer.sub(left.get, constant(1))),
      ),
      ...after,
    ];
  });
  return [end.set(mul(channels.get, constant(FLOAT))), ...pieces];
}

const parametersOf = (body: Body) => body.parameters as [Local, Local, Local, Local, Local, Local, Local];

/** Adds a number of every row to sums by channel. */
function summing({ math, parts, filled }: Kit, target: Code, term: (part: number, index: number) => Code): Work {
  const sums = filled(target);
  return {
    each: sums.map((sum, index) => sum.set(math.add(sum.get, term(parts[index]!, index)))),
    after: sums.map((sum, index) => math.store(target, sum.get, parts[index]!)),
  };
}

const rowProducts: FunctionSource = {
  parameters: 7,
  body: (body) => {
    const [x, xStride, y, yStride, rows, channels, sum] = parametersOf(body);
    const over = [
      { from: x, stride: xStride },
      { from: y, stride: yStride },
    ];
    return walkRows(body, { rows, channels, over }, (kit, [xs, ys], place) =>
      summing(kit, add(sum.get, place), (part) => kit.math.mul(kit.at(xs!, part), kit.at(ys!, part))),
    );
  },
};

const weightedRows: FunctionSource = {
  parameters: 7,
  body: (body) => {
    const [x, xStride, y, yStride, rows, channels, weight] = parametersOf(body);
    const over = [
      { from: x, stride: xStride },
      { from: y, stride: yStride },
    ];
    return walkRows(body, { rows, channels, over }, ({ math, parts, filled, at }, [xs, ys], place) => {
      const weights = filled(add(weight.get, place));
      return {
        each: parts.map((part, index) =>
          math.store(xs!.get, math.add(at(xs!, part), math.mul(weights[index]!.get, at(ys!, part))), part),
        ),
      };
    });
  },
};

const rowSums: FunctionSource = {
  parameters: 5,
  body: (body) => {
    const [x, stride, rows, channels, sum] = parametersOf(body);
    return walkRows(body, { rows, channels, over: [{ from: x, stride }] }, (kit, [xs], place) =>
      summing(kit, add(sum.get, place), (part) => kit.at(xs!, part)),
    );
  },
};

const squaredDistances: FunctionSource = {
  parameters: 6,
  body: (body) => {
    const [x, stride, rows, channels, mean, sum] = parametersOf(body);
    return walkRows(body, { rows, channels, over: [{ from: x, stride }] }, (kit, [xs], place) => {
      const { math, parts, filled, fresh, at } = kit;
      const means = filled(add(mean.get, place));
      const distances = fresh();
      const { each, after = [] } = summing(kit, add(sum.get, place), (_, index) =>
        math.mul(distances[index]!.get, distances[index]!.get),
      );
      const apart = parts.map((part, index) => distances[index]!.set(math.sub(at(xs!, part), means[index]!.get)));
      return { each: [...apart, ...each], after };
    });
  },
};

const scaledRows = (rectified: boolean): FunctionSource => ({
  parameters: 6,
  body: (body) => {
    const [x, y, rows, channels, slope, offset] = parametersOf(body);
    return walkRows(body, { rows, channels, over: [{ from: x }, { from: y }] }, (kit, [xs, ys], place) => {
      const { math, parts, filled, at } = kit;
      const slopes = filled(add(slope.get, place));
      const offsets = filled(add(offset.get, place));
      const scaled = (part: number, index: number) =>
        math.add(math.mul(at(xs!, part), slopes[index]!.get), offsets[index]!.get);
      return {
        each: parts.map((part, index) =>
          math.store(ys!.get, rectified ? math.positive(scaled(part, index)) : scaled(part, index), part),
        ),
      };
    });
  },
});

/** The derivative by the outcome, or by what was rectified to it. */
const slopeAt = ({ math, at }: Kit, rectified: boolean, dy: Local, y: Local, part: number): Code =>
  rectified ? math.whereAboveZero(at(y, part), at(dy, part)) : at(dy, part);

const slopeSums = (rectified: boolean): FunctionSource => ({
  parameters: 7,
  body: (body) => {
    const [dy, y, x, rows, channels, mean, sum] = parametersOf(body);
    const over = rectified ? [{ from: dy }, { from: x }, { from: y }] : [{ from: dy }, { from: x }];
    return walkRows(body, { rows, channels, over }, (kit, [dys, xs, ys], place) => {
      const { math, parts, filled, fresh, at } = kit;
      const means = filled(add(mean.get, place));
      const slopes = fresh();
      const taken = parts.map((part, index) => slopes[index]!.set(slopeAt(kit, rectified, dys!, ys ?? dys!, part)));
      const plain = summing(kit, add(sum.get, place), (_, index) => slopes[index]!.get);
      const second = add(add(sum.get, mul(channels.get, constant(FLOAT))), place);
      const weighted = summing(kit, second, (part, index) =>
        math.mul(slopes[index]!.get, math.sub(at(xs!, part), means[index]!.get)),
      );
      return {
        each: [...taken, ...plain.each, ...weighted.each],
        after: [...(plain.after ?? []), ...(weighted.after ?? [])],
      };
    });
  },
});

const inputSlopes = (rectified: boolean): FunctionSource => ({
  parameters: 7,
  body: (body) => {
    const [dy, y, x, dx, rows, channels, by] = parametersOf(body);
    const streams = [{ from: dy }, { from: x }, { from: dx }];
    const over = rectified ? [...streams, { from: y }] : streams;
    return walkRows(body, { rows, channels, over }, (kit, [dys, xs, dxs, ys], place) => {
      const { math, parts, filled, at } = kit;
      const width = mul(channels.get, constant(FLOAT));
      const first = add(by.get, place);
      const second = add(first, width);
      const [bySlope, byInput, offsets] = [filled(first), filled(second), filled(add(second, width))];
      return {
        each: parts.map((part, index) => {
          const slope = math.mul(bySlope[index]!.get, slopeAt(kit, rectified, dys!, ys ?? dys!, part));
          const value = math.add(math.mul(byInput[index]!.get, at(xs!, part)), offsets[index]!.get);
          return math.store(dxs!.get, math.add(slope, value), part);
        }),
      };
    });
  },
});

interface WebAssemblyGlobal {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

/** Compiles the loops for the WebAssembly memory they are to work on. */
export function compileLoops(memory: object): Loops {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyGlobal }).WebAssembly;
  const code = assemble({
    addTransposedProduct: transposedProduct,
    addRowProducts: rowProducts,
    addWeightedRows: weightedRows,
    addRows: rowSums,
    addSquaredDistances: squaredDistances,
    scaleRows: scaledRows(false),
    scaleRowsRectified: scaledRows(true),
    addSlopes: slopeSums(false),
    addSlopesRectified: slopeSums(true),
    combineSlopes: inputSlopes(false),
    combineSlopesRectified: inputSlopes(true),
  });
  return new Instance(new Module(code), { env: { memory } }).exports as Loops;
}
