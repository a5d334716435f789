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
  /** y[row, c] = x[row, c] * slope[c] + offset[c], rows side by side */
  scaleRows(x: number, y: number, rows: number, channels: number, slope: number, offset: number): void;
}

const FLOAT = 4;
const VECTOR = 16;
const { constant, add, mul, less, lessOrEqual } = integer;

const advance = (local: Local, step: Code): Code => local.set(add(local.get, step));
const step = (local: Local, bytes: number): Code => advance(local, constant(bytes));

/** `lanes` 0 is one float. */
const kit = (body: Body, lanes: number) =>
  lanes === 0
    ? { math: float, width: FLOAT, parts: [0], declare: () => body.float() }
    : { math: vector, width: lanes * VECTOR, parts: [...Array(lanes).keys()], declare: () => body.vector() };

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

const rowProducts: FunctionSource = {
  parameters: 7,
  body: (body) => {
    const [x, xStride, y, yStride, rows, channels, sum] = body.parameters as [
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const [at, end, xNow, yNow, left] = Array.from({ length: 5 }, () => body.integer()) as [
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    return [
      end.set(mul(channels.get, constant(FLOAT))),
      ...inPieces(at, end, [4, 1], (lanes) => {
        const { math, parts, declare } = kit(body, lanes);
        const sums = parts.map(declare);
        const target = add(sum.get, at.get);
        return [
          xNow.set(add(x.get, at.get)),
          yNow.set(add(y.get, at.get)),
          left.set(rows.get),
          ...sums.map((value, part) => value.set(math.load(target, part * VECTOR))),
          repeat(
            left.get,
            ...sums.map((value, part) =>
              value.set(
                math.add(value.get, math.mul(math.load(xNow.get, part * VECTOR), math.load(yNow.get, part * VECTOR))),
              ),
            ),
            advance(xNow, xStride.get),
            advance(yNow, yStride.get),
            left.set(integer.sub(left.get, constant(1))),
          ),
          ...sums.map((value, part) => math.store(target, value.get, part * VECTOR)),
        ];
      }),
    ];
  },
};

const weightedRows: FunctionSource = {
  parameters: 7,
  body: (body) => {
    const [x, xStride, y, yStride, rows, channels, weight] = body.parameters as [
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const [at, end, xNow, yNow, left] = Array.from({ length: 5 }, () => body.integer()) as [
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    return [
      end.set(mul(channels.get, constant(FLOAT))),
      ...inPieces(at, end, [4, 1], (lanes) => {
        const { math, parts, declare } = kit(body, lanes);
        const weights = parts.map(declare);
        return [
          xNow.set(add(x.get, at.get)),
          yNow.set(add(y.get, at.get)),
          left.set(rows.get),
          ...weights.map((value, part) => value.set(math.load(add(weight.get, at.get), part * VECTOR))),
          repeat(
            left.get,
            ...weights.map((value, part) => {
              const product = math.mul(value.get, math.load(yNow.get, part * VECTOR));
              return math.store(xNow.get, math.add(math.load(xNow.get, part * VECTOR), product), part * VECTOR);
            }),
            advance(xNow, xStride.get),
            advance(yNow, yStride.get),
            left.set(integer.sub(left.get, constant(1))),
          ),
        ];
      }),
    ];
  },
};

const rowSums: FunctionSource = {
  parameters: 5,
  body: (body) => {
    const [x, stride, rows, channels, sum] = body.parameters as [Local, Local, Local, Local, Local];
    const [at, end, xNow, left] = Array.from({ length: 4 }, () => body.integer()) as [Local, Local, Local, Local];
    return [
      end.set(mul(channels.get, constant(FLOAT))),
      ...inPieces(at, end, [4, 1], (lanes) => {
        const { math, parts, declare } = kit(body, lanes);
        const sums = parts.map(declare);
        const target = add(sum.get, at.get);
        return [
          xNow.set(add(x.get, at.get)),
          left.set(rows.get),
          ...sums.map((value, part) => value.set(math.load(target, part * VECTOR))),
          repeat(
            left.get,
            ...sums.map((value, part) => value.set(math.add(value.get, math.load(xNow.get, part * VECTOR)))),
            advance(xNow, stride.get),
            left.set(integer.sub(left.get, constant(1))),
          ),
          ...sums.map((value, part) => math.store(target, value.get, part * VECTOR)),
        ];
      }),
    ];
  },
};

const scaledRows: FunctionSource = {
  parameters: 6,
  body: (body) => {
    const [x, y, rows, channels, slope, offset] = body.parameters as [Local, Local, Local, Local, Local, Local];
    const [at, end, xNow, yNow, left] = Array.from({ length: 5 }, () => body.integer()) as [
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    return [
      end.set(mul(channels.get, constant(FLOAT))),
      ...inPieces(at, end, [4, 1], (lanes) => {
        const { math, parts, declare } = kit(body, lanes);
        const slopes = parts.map(declare);
        const offsets = parts.map(declare);
        return [
          xNow.set(add(x.get, at.get)),
          yNow.set(add(y.get, at.get)),
          left.set(rows.get),
          ...slopes.map((value, part) => value.set(math.load(add(slope.get, at.get), part * VECTOR))),
          ...offsets.map((value, part) => value.set(math.load(add(offset.get, at.get), part * VECTOR))),
          repeat(
            left.get,
            ...parts.map((part) => {
              const scaled = math.mul(math.load(xNow.get, part * VECTOR), slopes[part]!.get);
              return math.store(yNow.get, math.add(scaled, offsets[part]!.get), part * VECTOR);
            }),
            advance(xNow, end.get),
            advance(yNow, end.get),
            left.set(integer.sub(left.get, constant(1))),
          ),
        ];
      }),
    ];
  },
};

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
    scaleRows: scaledRows,
  });
  return new Instance(new Module(code), { env: { memory } }).exports as Loops;
}
