import { type ConvolutionShape, requireSizes } from './convolution-shape.js';
import { KernelError } from './kernel.error.js';

/** Bytes of panels that a tile fills before it multiplies: they stay in the second cache, each in turn in the first. */
const TILE_BYTES = 48 * 1024;
/** Bytes of panels that fit into the workspace of a thread beside the positions of their pixels. */
export const MOST_BYTES = 319 * 1024;
/** More panels gain nothing. */
const MOST_PANELS = 16;
/** So many tiles let a few threads share the work evenly. */
const ENOUGH_TILES = 8;
/** A tile of fewer groups of output channels would spend its time on the panels. */
const FEWEST_GROUPS = 8;

/** How a convolution is cut: the pixels of its output into panels, panels into tiles, and the output channels too where pixels are few. */
export interface PanelTiling {
  /** Pixels of the output. */
  readonly pixels: number;
  /** Panels of a tile. */
  readonly panels: number;
  /** Tiles along the pixels. */
  readonly pixelTiles: number;
  /** Groups of output channels of a tile. */
  readonly groups: number;
  readonly tiles: number;
}

export interface PanelSizes {
  /** Pixels of a panel. */
  readonly pixels: number;
  readonly bytes: number;
  /** Groups of output channels. */
  readonly groups: number;
  /** Panels of a tile, where they fit; as many as gain something when left out. */
  readonly fewest?: number;
  /** Bytes that a tile needs beside its panels. */
  readonly beside?: number;
}

/** @throws KernelError SHAPE */
export function panelTiling(shape: ConvolutionShape, panel: PanelSizes): PanelTiling {
  const sizes = [shape.batch, shape.outHeight, shape.outWidth, shape.inChannels, shape.outChannels];
  requireSizes(`batch, output height and width, channels in and out ${sizes.join(', ')}`, sizes);
  const room = Math.floor((MOST_BYTES - (panel.beside ?? 0)) / panel.bytes);
  if (room < 1) {
    throw new KernelError(
      'SHAPE',
      `a filter of ${shape.filterHeight} x ${shape.filterWidth} x ${shape.inChannels} is too large: ${MOST_BYTES / 1024} KiB hold what ${panel.pixels} outputs look at`,
    );
  }
  const pixels = shape.batch * shape.outHeight * shape.outWidth;
  const wanted = Math.max(Math.floor(TILE_BYTES / panel.bytes), panel.fewest ?? 1);
  const panels = Math.min(wanted, room, MOST_PANELS);
  const pixelTiles = Math.ceil(pixels / (panels * panel.pixels));
  const parts = Math.min(Math.ceil(ENOUGH_TILES / pixelTiles), Math.ceil(panel.groups / FEWEST_GROUPS));
  const groups = Math.ceil(panel.groups / parts);
  return { pixels, panels, pixelTiles, groups, tiles: pixelTiles * Math.ceil(panel.groups / groups) };
}
