// Every kernel by its code. A kernel is a function (arguments, tile); its builder in src/ says what the arguments are.

import { fill } from './elementwise';

export enum Kernel {
  fill,
}

export function runTile(kernel: i32, args: usize, tile: i32): void {
  switch (kernel) {
    case Kernel.fill:
      return fill(args, tile);
    default:
      unreachable();
  }
}
