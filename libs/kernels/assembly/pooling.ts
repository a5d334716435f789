import { integer, pointer } from './arguments';
import { floats, read, write } from './lanes';
import {
  WINDOW,
  channels,
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

/** Channels of a tile of the maximum's gradient. Must agree with CHANNELS in src/pooling.ts. */
const CHANNELS = 16;

/** Arguments: window, output rows of a tile, x, y. */
export function maxPool(args: usize, tile: i32): void {
  pool(args, tile, true);
}

/** Arguments: window, output rows of a tile, x, y. */
export function averagePool(args: usize, tile: i32): void {
  pool(args, tile, false);
}

@inline
function pool(args: usize, tile: i32, greatest: bool): void {
  const perTile = integer(args, WINDOW);
  const tall = outHeight(args);
  const wide = outWidth(args);
  const end = min((tile + 1) * perTile, integer(args, 0) * tall);
  const row = floats(channels(args));
  const line = <usize>width(args) * row;
  const whole = row & ~15;
  for (let r = tile * perTile; r < end; r++) {
    const n = r / tall;
    const top = (r - n * tall) * strideY(args) - padTop(args);
    const y0 = max(top, 0);
    const y1 = min(top + windowHeight(args), height(args));
    let y = pointer(args, WINDOW + 2) + <usize>r * <usize>wide * row;
    for (let ox = 0; ox < wide; ox++) {
      const left = ox * strideX(args) - padLeft(args);
      const x0 = max(left, 0);
      const x1 = min(left + windowWidth(args), width(args));
      const x = pointer(args, WINDOW + 1) + <usize>(n * height(args) + y0) * line + <usize>x0 * row;
      let c: usize = 0;
      for (; c < whole; c += 16) poolLanes<v128>(x + c, y + c, row, line, x1 - x0, y1 - y0, greatest);
      for (; c < row; c += 4) poolLanes<f32>(x + c, y + c, row, line, x1 - x0, y1 - y0, greatest);
      y += row;
    }
  }
}

@inline
function poolLanes<T>(x: usize, y: usize, row: usize, line: usize, wide: i32, tall: i32, greatest: bool): void {
  let result = f32x4.splat(greatest ? -Infinity : 0);
  for (let i = 0; i < tall; i++) {
    let p = x;
    let across = f32x4.splat(0);
    for (let j = 0; j < wide; j++) {
      if (greatest) result = f32x4.max(result, read<T>(p));
      else across = f32x4.add(across, read<T>(p));
      p += row;
    }
    if (!greatest) result = f32x4.add(result, across);
    x += line;
  }
  write<T>(y, greatest ? result : f32x4.div(result, f32x4.splat(<f32>(tall * wide))));
}

/** The slope goes to the first greatest number of each window. A tile is one picture's group of channels. Arguments: window, x, y, dy, dx. */
export function maxPoolGradient(args: usize, tile: i32): void {
  const groups = (channels(args) + CHANNELS - 1) / CHANNELS;
  const n = tile / groups;
  const begin = (tile - n * groups) * CHANNELS;
  const end = min(begin + CHANNELS, channels(args));
  let c = begin;
  for (; c + 4 <= end; c += 4) spread<v128>(args, n, floats(c));
  for (; c < end; c++) spread<f32>(args, n, floats(c));
}

@inline
function spread<T>(args: usize, n: i32, c: usize): void {
  const row = floats(channels(args));
  const line = <usize>width(args) * row;
  const picture = <usize>(n * height(args)) * line + c;
  const x = pointer(args, WINDOW) + picture;
  const dx = pointer(args, WINDOW + 3) + picture;
  let at = <usize>(n * outHeight(args) * outWidth(args)) * row + c;
  const zero = f32x4.splat(0);
  let p = dx;
  for (let i = height(args) * width(args); i > 0; i--) {
    write<T>(p, zero);
    p += row;
  }
  for (let oy = 0; oy < outHeight(args); oy++) {
    const top = oy * strideY(args) - padTop(args);
    const y1 = min(top + windowHeight(args), height(args));
    for (let ox = 0; ox < outWidth(args); ox++) {
      const left = ox * strideX(args) - padLeft(args);
      const x1 = min(left + windowWidth(args), width(args));
      const greatest = read<T>(pointer(args, WINDOW + 1) + at);
      let slope = read<T>(pointer(args, WINDOW + 2) + at);
      for (let iy = max(top, 0); iy < y1; iy++) {
        for (let ix = max(left, 0); ix < x1; ix++) {
          const offset = <usize>iy * line + <usize>ix * row;
          const chosen = f32x4.eq(read<T>(x + offset), greatest);
          write<T>(dx + offset, f32x4.add(read<T>(dx + offset), v128.and(slope, chosen)));
          slope = v128.andnot(slope, chosen);
        }
      }
      at += row;
    }
  }
}

/** Arguments: window, input rows of a tile, dy, dx. */
export function averagePoolGradient(args: usize, tile: i32): void {
  const perTile = integer(args, WINDOW);
  const tall = height(args);
  const wide = width(args);
  const end = min((tile + 1) * perTile, integer(args, 0) * tall);
  const row = floats(channels(args));
  for (let r = tile * perTile; r < end; r++) {
    const n = r / tall;
    const iy = r - n * tall;
    const dx = pointer(args, WINDOW + 2) + <usize>r * <usize>wide * row;
    memory.fill(dx, 0, <usize>wide * row);
    // Windows that hold this row: the same question as for taps, with a step of the stride from the last window that could.
    for (let fy = 0; fy < windowHeight(args); fy++) {
      const from = iy + padTop(args) - fy;
      const oy = from / strideY(args);
      if (from < 0 || oy * strideY(args) != from || oy >= outHeight(args)) continue;
      const top = oy * strideY(args) - padTop(args);
      const lines = endTap(top, 1, windowHeight(args), tall) - firstTap(top, 1);
      let dy = pointer(args, WINDOW + 1) + <usize>(n * outHeight(args) + oy) * <usize>outWidth(args) * row;
      for (let ox = 0; ox < outWidth(args); ox++) {
        const left = ox * strideX(args) - padLeft(args);
        const x0 = max(left, 0);
        const x1 = min(left + windowWidth(args), wide);
        const count = f32x4.splat(<f32>(lines * (x1 - x0)));
        for (let ix = x0; ix < x1; ix++) addQuotient(dx + <usize>ix * row, dy, count, row);
        dy += row;
      }
    }
  }
}

/** y += a / count over a row of channels. */
@inline
function addQuotient(y: usize, a: usize, count: v128, row: usize): void {
  const whole = row & ~15;
  let i: usize = 0;
  for (; i < whole; i += 16) write<v128>(y + i, f32x4.add(read<v128>(y + i), f32x4.div(read<v128>(a + i), count)));
  for (; i < row; i += 4) write<f32>(y + i, f32x4.add(read<f32>(y + i), f32x4.div(read<f32>(a + i), count)));
}
