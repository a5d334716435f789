// Windows that slide over pictures [batch, height, width, channels]. Their sizes are the first words of a kernel's arguments.

import { integer } from './arguments';

/** Words that a window's sizes take. Must agree with windowWords in src/window.ts. */
export const WINDOW = 13;

@inline
export function height(args: usize): i32 {
  return integer(args, 1);
}

@inline
export function width(args: usize): i32 {
  return integer(args, 2);
}

@inline
export function channels(args: usize): i32 {
  return integer(args, 3);
}

@inline
export function windowHeight(args: usize): i32 {
  return integer(args, 4);
}

@inline
export function windowWidth(args: usize): i32 {
  return integer(args, 5);
}

@inline
export function strideY(args: usize): i32 {
  return integer(args, 6);
}

@inline
export function strideX(args: usize): i32 {
  return integer(args, 7);
}

@inline
export function padTop(args: usize): i32 {
  return integer(args, 8);
}

@inline
export function padLeft(args: usize): i32 {
  return integer(args, 9);
}

@inline
export function outHeight(args: usize): i32 {
  return integer(args, 10);
}

@inline
export function outWidth(args: usize): i32 {
  return integer(args, 11);
}

@inline
export function dilation(args: usize): i32 {
  return integer(args, 12);
}

/** First tap of a window that starts at `start` which lies in the picture. */
@inline
export function firstTap(start: i32, step: i32): i32 {
  return start >= 0 ? 0 : (step - 1 - start) / step;
}

/** First tap after those that lie in the picture. */
@inline
export function endTap(start: i32, step: i32, taps: i32, size: i32): i32 {
  return start >= size ? 0 : min(taps, (size - start + step - 1) / step);
}
