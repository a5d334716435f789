/** Bytes of WebAssembly that leave a value on the stack (an expression) or nothing (a statement). */
export type Code = readonly number[];

/** A local variable of a function. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
}

/** What the body of a function is written with. */
export interface Body {
  readonly parameters: readonly Local[];
  integer(): Local;
  float(): Local;
  vector(): Local;
}

export interface FunctionSource {
  /** How many 32-bit integers it takes; it returns nothing. */
  readonly parameters: number;
  readonly body: (body: Body) => Code[];
}

const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;
const SIMD = 0xfd;
const END = 0x0b;

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

const simd = (opcode: number): number[] => [SIMD, ...unsigned(opcode)];
// Tensors are aligned to 4 bytes at least, and rows of them to no more.
const memory = (offset: number): number[] => [2, ...unsigned(offset)];
const operator =
  (opcode: readonly number[]) =>
  (a: Code, b: Code): Code => [...a, ...b, ...opcode];

/** 32-bit integers: addresses, strides in bytes, counts. */
export const integer = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: operator([0x6a]),
  sub: operator([0x6b]),
  mul: operator([0x6c]),
  lessOrEqual: operator([0x4c]),
  less: operator([0x48]),
};

interface Arithmetic {
  load(address: Code, offset?: number): Code;
  /** The number at `address`, in every lane. */
  spread(address: Code, offset?: number): Code;
  store(address: Code, value: Code, offset?: number): Code;
  add(a: Code, b: Code): Code;
  sub(a: Code, b: Code): Code;
  mul(a: Code, b: Code): Code;
  /** `a` where it is above zero, else zero. */
  positive(a: Code): Code;
  /** `value` where `sign` is above zero, else zero. */
  whereAboveZero(sign: Code, value: Code): Code;
}

const NO_FLOAT: Code = [0x43, 0, 0, 0, 0];
const NO_VECTOR: Code = [SIMD, 0x0c, ...new Array<number>(16).fill(0)];

/** One 32-bit float. */
export const float: Arithmetic = {
  load: (address, offset = 0) => [...address, 0x2a, ...memory(offset)],
  spread: (address, offset = 0) => [...address, 0x2a, ...memory(offset)],
  store: (address, value, offset = 0) => [...address, ...value, 0x38, ...memory(offset)],
  add: operator([0x92]),
  sub: operator([0x93]),
  mul: operator([0x94]),
  positive: (a) => [...a, ...NO_FLOAT, 0x97],
  whereAboveZero: (sign, value) => [...value, ...NO_FLOAT, ...sign, ...NO_FLOAT, 0x5e, 0x1b],
};

/** Four 32-bit floats. */
export const vector: Arithmetic = {
  load: (address, offset = 0) => [...address, ...simd(0x00), ...memory(offset)],
  spread: (address, offset = 0) => [...address, ...simd(0x09), ...memory(offset)],
  store: (address, value, offset = 0) => [...address, ...value, ...simd(0x0b), ...memory(offset)],
  add: operator(simd(0xe4)),
  sub: operator(simd(0xe5)),
  mul: operator(simd(0xe6)),
  positive: (a) => [...a, ...NO_VECTOR, ...simd(0xe9)],
  whereAboveZero: (sign, value) => [...value, ...sign, ...NO_VECTOR, ...simd(0x44), ...simd(0x4e)],
};

/** Runs statements again and again while `condition` is not zero, looking at it first. */
export function repeat(condition: Code, ...statements: Code[]): Code {
  const body = statements.flat();
  return [0x02, 0x40, 0x03, 0x40, ...condition, 0x45, 0x0d, 1, ...body, 0x0c, 0, END, END];
}

const vectorOf = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const text = (value: string): number[] => vectorOf([...value].map((letter) => [letter.charCodeAt(0)]));
const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];

function functionBody({ parameters, body }: FunctionSource): number[] {
  const types: number[] = [];
  const local = (index: number): Local => ({
    get: [0x20, ...unsigned(index)],
    set: (value) => [...value, 0x21, ...unsigned(index)],
  });
  const declare = (type: number) => () => local(parameters + types.push(type) - 1);
  const code = body({
    parameters: Array.from({ length: parameters }, (_, index) => local(index)),
    integer: declare(I32),
    float: declare(F32),
    vector: declare(V128),
  }).flat();
  const content = [...vectorOf(types.map((type) => [1, type])), ...code, END];
  return [...unsigned(content.length), ...content];
}

/** A WebAssembly module of `functions`, exported by name, that works on the memory imported as `env.memory`. */
export function assemble(functions: Readonly<Record<string, FunctionSource>>): Uint8Array<ArrayBuffer> {
  const sources = Object.entries(functions);
  const types = sources.map(([, { parameters }]) => [
    0x60,
    ...vectorOf(Array.from({ length: parameters }, () => [I32])),
    0,
  ]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vectorOf(types)),
    ...section(2, vectorOf([[...text('env'), ...text('memory'), 0x02, 0x00, ...unsigned(0)]])),
    ...section(3, vectorOf(sources.map((_, index) => unsigned(index)))),
    ...section(7, vectorOf(sources.map(([name], index) => [...text(name), 0x00, ...unsigned(index)]))),
    ...section(10, vectorOf(sources.map(([, source]) => functionBody(source)))),
  ]);
}
