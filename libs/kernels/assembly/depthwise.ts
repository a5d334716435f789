import { integer, pointer } from './arguments';
import { clamp, floats, highest, lowest, plus, read, write } from './lanes';
import {
  WINDOW,
  channels,
  dilation,
  endTap,
  firstTap,
  height,
  outHeight,
  outWidth,
  padLeft,
  padTop,
  strideX,
  strideY,
  width,
  windowHeight,
  windowWidth,
} from './window';

/** Arguments: window, output rows of a tile, x, filter, bias or 0, activation, y, whether the filter is turned around. */
export function depthwise(args: usize, tile: i32): void {
  const perTile = integer(args, WINDOW);
  const end = min((tile + 1) * perTile, integer(args, 0) * outHeight(args));
  const tall = outHeight(args);
  const wide = outWidth(args);
  const row = floats(channels(args));
  for (let r = tile * perTile; r < end; r++) {
    const n = r / tall;
    const oy = r - n * tall;
    const top = oy * strideY(args) - padTop(args);
    const x = pointer(args, WINDOW + 1) + <usize>(n * height(args)) * <usize>width(args) * row;
    const y = pointer(args, WINDOW + 5) + <usize>r * <usize>wide * row;
    for (let ox = 0; ox < wide; ox++) depthwisePixel(args, x, y + <usize>ox * row, top, ox * strideX(args) - padLeft(args));
  }
}

/** One output pixel, wherever it lies. */
function depthwisePixel(args: usize, x: usize, y: usize, top: i32, left: i32): void {
  const step = dilation(args);
  const row = floats(channels(args));
  const line = <usize>width(args) * row;
  const taps = windowWidth(args);
  const fy0 = firstTap(top, step);
  const fy1 = endTap(top, step, windowHeight(args), height(args));
  const fx0 = firstTap(left, step);
  const fx1 = endTap(left, step, taps, width(args));
  const turned = integer(args, WINDOW + 6) != 0;
  const filter = pointer(args, WINDOW + 2) + (turned ? <usize>(windowHeight(args) * taps - 1) * row : 0);
  const filterStep = turned ? 0 - row : row;
  const bias = pointer(args, WINDOW + 3);
  const low = lowest(integer(args, WINDOW + 4));
  const high = highest(integer(args, WINDOW + 4));
  const whole = row & ~15;
  let c: usize = 0;
  for (; c + 64 <= row; c += 64) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    if (bias) {
      s0 = v128.load(bias + c);
      s1 = v128.load(bias + c, 16);
      s2 = v128.load(bias + c, 32);
      s3 = v128.load(bias + c, 48);
    }
    for (let fy = fy0; fy < fy1; fy++) {
      let p = x + <usize>(top + fy * step) * line + <usize>(left + fx0 * step) * row + c;
      let f = filter + <usize>(fy * taps + fx0) * filterStep + c;
      for (let fx = fx0; fx < fx1; fx++) {
        s0 = plus(s0, v128.load(p), v128.load(f));
        s1 = plus(s1, v128.load(p, 16), v128.load(f, 16));
        s2 = plus(s2, v128.load(p, 32), v128.load(f, 32));
        s3 = plus(s3, v128.load(p, 48), v128.load(f, 48));
        p += <usize>step * row;
        f += filterStep;
      }
    }
    v128.store(y + c, clamp(s0, low, high));
    v128.store(y + c, clamp(s1, low, high), 16);
    v128.store(y + c, clamp(s2, low, high), 32);
    v128.store(y + c, clamp(s3, low, high), 48);
  }
  for (; c < whole; c += 16) {
    let s = bias ? v128.load(bias + c) : f32x4.splat(0);
    for (let fy = fy0; fy < fy1; fy++) {
      let p = x + <usize>(top + fy * step) * line + <usize>(left + fx0 * step) * row + c;
      let f = filter + <usize>(fy * taps + fx0) * filterStep + c;
      for (let fx = fx0; fx < fx1; fx++) {
        s = plus(s, v128.load(p), v128.load(f));
        p += <usize>step * row;
        f += filterStep;
      }
    }
    v128.store(y + c, clamp(s, low, high));
  }
  for (; c < row; c += 4) {
    let s = bias ? v128.load32_zero(bias + c) : f32x4.splat(0);
    for (let fy = fy0; fy < fy1; fy++) {
      let p = x + <usize>(top + fy * step) * line + <usize>(left + fx0 * step) * row + c;
      let f = filter + <usize>(fy * taps + fx0) * filterStep + c;
      for (let fx = fx0; fx < fx1; fx++) {
        s = plus(s, v128.load32_zero(p), v128.load32_zero(f));
        p += <usize>step * row;
        f += filterStep;
      }
    }
    v128.store32_lane(y + c, clamp(s, low, high), 0);
  }
}

/** Arguments: window, input rows of a tile, dy, filter, dx. */
export function depthwiseInputGradient(args: usize, tile: i32): void {
  const perTile = integer(args, WINDOW);
  const tall = height(args);
  const wide = width(args);
  const end = min((tile + 1) * perTile, integer(args, 0) * tall);
  const row = floats(channels(args));
  const step = dilation(args);
  const filter = pointer(args, WINDOW + 2);
  for (let r = tile * perTile; r < end; r++) {
    const n = r / tall;
    const iy = r - n * tall;
    const dx = pointer(args, WINDOW + 3) + <usize>r * <usize>wide * row;
    memory.fill(dx, 0, <usize>wide * row);
    for (let fy = 0; fy < windowHeight(args); fy++) {
      const from = iy + padTop(args) - fy * step;
      const oy = from / strideY(args);
      if (from < 0 || oy * strideY(args) != from || oy >= outHeight(args)) continue;
      const dy = pointer(args, WINDOW + 1) + <usize>(n * outHeight(args) + oy) * <usize>outWidth(args) * row;
      for (let ox = 0; ox < outWidth(args); ox++) {
        const left = ox * strideX(args) - padLeft(args);
        const fx1 = endTap(left, step, windowWidth(args), wide);
        for (let fx = firstTap(left, step); fx < fx1; fx++) {
          const f = filter + <usize>(fy * windowWidth(args) + fx) * row;
          addProduct(dx + <usize>(left + fx * step) * row, dy + <usize>ox * row, f, row);
        }
      }
    }
  }
}

/** y += a * b over a row of channels. */
@inline
function addProduct(y: usize, a: usize, b: usize, row: usize): void {
  const whole = row & ~15;
  let i: usize = 0;
  for (; i < whole; i += 16) {
    v128.store(y + i, plus(v128.load(y + i), v128.load(a + i), v128.load(b + i)));
  }
  for (; i < row; i += 4) store<f32>(y + i, load<f32>(y + i) + load<f32>(a + i) * load<f32>(b + i));
}

/** Sums over a tile's output rows. Arguments: window, output rows of a tile, x, dy, partial sums [tiles, taps, channels]. */
export function depthwiseFilterGradient(args: usize, tile: i32): void {
  const perTile = integer(args, WINDOW);
  const tall = outHeight(args);
  const end = min((tile + 1) * perTile, integer(args, 0) * tall);
  const row = floats(channels(args));
  const line = <usize>width(args) * row;
  const step = dilation(args);
  const size = <usize>(windowHeight(args) * windowWidth(args)) * row;
  const sums = pointer(args, WINDOW + 3) + <usize>tile * size;
  memory.fill(sums, 0, size);
  for (let r = tile * perTile; r < end; r++) {
    const n = r / tall;
    const top = (r - n * tall) * strideY(args) - padTop(args);
    const x = pointer(args, WINDOW + 1) + <usize>(n * height(args)) * line;
    const dy = pointer(args, WINDOW + 2) + <usize>r * <usize>outWidth(args) * row;
    const fy1 = endTap(top, step, windowHeight(args), height(args));
    for (let fy = firstTap(top, step); fy < fy1; fy++) {
      const across = x + <usize>(top + fy * step) * line;
      for (let fx = 0; fx < windowWidth(args); fx++) {
        // Output columns whose tap lies in the picture: the same question with the roles of tap and column exchanged.
        const start = fx * step - padLeft(args);
        const begin = firstTap(start, strideX(args));
        const count = endTap(start, strideX(args), outWidth(args), width(args)) - begin;
        const from = across + <usize>(start + begin * strideX(args)) * row;
        const to = sums + <usize>(fy * windowWidth(args) + fx) * row;
        correlate(from, <usize>strideX(args) * row, dy + <usize>begin * row, row, count, to);
      }
    }
  }
}

/** Adds the products of two sequences of pixels to a row of sums. */
function correlate(x: usize, stepX: usize, dy: usize, row: usize, count: i32, sums: usize): void {
  let c: usize = 0;
  for (; c + 64 <= row; c += 64) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let p = x + c;
    let q = dy + c;
    for (let i = 0; i < count; i++) {
      s0 = plus(s0, v128.load(p), v128.load(q));
      s1 = plus(s1, v128.load(p, 16), v128.load(q, 16));
      s2 = plus(s2, v128.load(p, 32), v128.load(q, 32));
      s3 = plus(s3, v128.load(p, 48), v128.load(q, 48));
      p += stepX;
      q += row;
    }
    v128.store(sums + c, f32x4.add(v128.load(sums + c), s0));
    v128.store(sums + c, f32x4.add(v128.load(sums + c, 16), s1), 16);
    v128.store(sums + c, f32x4.add(v128.load(sums + c, 32), s2), 32);
    v128.store(sums + c, f32x4.add(v128.load(sums + c, 48), s3), 48);
  }
  const whole = row & ~15;
  for (; c < whole; c += 16) correlateLanes<v128>(x + c, stepX, dy + c, row, count, sums + c);
  for (; c < row; c += 4) correlateLanes<f32>(x + c, stepX, dy + c, row, count, sums + c);
}

@inline
function correlateLanes<T>(x: usize, stepX: usize, dy: usize, row: usize, count: i32, sums: usize): void {
  let s = f32x4.splat(0);
  for (let i = 0; i < count; i++) {
    s = plus(s, read<T>(x), read<T>(dy));
    x += stepX;
    dy += row;
  }
  write<T>(sums, f32x4.add(read<T>(sums), s));
}
