import type { Random } from '@edgelore/tensor';
import { type Box, letterbox } from './geometry.js';
import type { LabelledImage } from './labelled-image.js';
import { drawPicture, type Frame, type Window } from './resampling.js';

/** 'flip': mirror images. 'crop': also random zoom and position. 'strong': also colour, blur, noise and mosaics of four pictures. */
export type Augmentation = 'flip' | 'crop' | 'strong';

/** Boxes in frame pixels. */
export interface FrameLabels {
  readonly boxes: Box[];
  readonly ignore: Box[];
}

/** Faces with a side below this many frame pixels cannot be told from dirt: they are ignored. */
const LEAST_SIDE = 3;
const MOSAIC_SHARE = 0.25;
const PLAIN_SHARE = 0.2;
const ZOOM = { from: 0.7, to: 2 } as const;
const MOSAIC_ZOOM = { from: 0.4, to: 1.2 } as const;
const POSITION_TRIALS = 8;

/** How many pictures the next call of {@link drawAugmented} wants; draws from `random`. */
export function picturesWanted(augmentation: Augmentation, random: Random): 1 | 4 {
  return augmentation === 'strong' && random.uniform() < MOSAIC_SHARE ? 4 : 1;
}

/**
 * Draws one training example into a frame: one picture, or a mosaic of four, changed at random as far as `augmentation` allows. Boxes move
 * with the pixels; a face whose centre leaves the frame becomes an ignored place, as do faces that become too small to see.
 */
export function drawAugmented(
  pictures: readonly LabelledImage[],
  frame: Frame,
  augmentation: Augmentation,
  random: Random,
): FrameLabels {
  const labels: FrameLabels = { boxes: [], ignore: [] };
  const { size } = frame;
  const windows: Window[] =
    pictures.length === 1 ? [{ left: 0, top: 0, width: size, height: size }] : quarters(size, random);
  windows.forEach((window, i) => {
    const picture = pictures[i];
    if (!picture) return;
    const mirrored = random.uniform() < 0.5;
    const mapping =
      pictures.length > 1
        ? zoomInto(picture, window, size, MOSAIC_ZOOM, random)
        : augmentation === 'flip' || random.uniform() < PLAIN_SHARE
          ? letterbox(picture.width, picture.height, size)
          : zoomInto(picture, window, size, ZOOM, random);
    drawPicture(picture, frame, window, mapping, mirrored);
    moveBoxes(picture, window, mapping, mirrored, labels);
  });
  if (augmentation === 'strong') changeLight(frame, random);
  return labels;
}

function quarters(size: number, random: Random): Window[] {
  const x = Math.round(size * (0.35 + 0.3 * random.uniform()));
  const y = Math.round(size * (0.35 + 0.3 * random.uniform()));
  return [
    { left: 0, top: 0, width: x, height: y },
    { left: x, top: 0, width: size - x, height: y },
    { left: 0, top: y, width: x, height: size - y },
    { left: x, top: y, width: size - x, height: size - y },
  ];
}

interface Mapping {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** A random zoom around the letterboxed size, at a random place that shows the centre of at least one face where the picture has any. */
function zoomInto(
  picture: LabelledImage,
  window: Window,
  size: number,
  zoom: { readonly from: number; readonly to: number },
  random: Random,
): Mapping {
  const fitting = size / Math.max(picture.width, picture.height);
  const scale = fitting * zoom.from * (zoom.to / zoom.from) ** random.uniform();
  const roomX = window.width - picture.width * scale;
  const roomY = window.height - picture.height * scale;
  let mapping: Mapping = { scale, left: 0, top: 0 };
  for (let trial = 0; trial < POSITION_TRIALS; trial++) {
    const left = roomX * random.uniform();
    const top = roomY * random.uniform();
    mapping = { scale, left, top };
    const shows = picture.boxes.some(([x, y, width, height]) => {
      const centreX = (x + width / 2) * scale + left;
      const centreY = (y + height / 2) * scale + top;
      return centreX > 0 && centreX < window.width && centreY > 0 && centreY < window.height;
    });
    if (shows || picture.boxes.length === 0) break;
  }
  return mapping;
}

function moveBoxes(
  picture: LabelledImage,
  window: Window,
  mapping: Mapping,
  mirrored: boolean,
  labels: FrameLabels,
): void {
  const move = (box: Box, known: boolean) => {
    const { scale } = mapping;
    const x = mirrored ? window.width - (box[0] + box[2]) * scale - mapping.left : box[0] * scale + mapping.left;
    const y = box[1] * scale + mapping.top;
    const width = box[2] * scale;
    const height = box[3] * scale;
    const left = Math.max(0, x);
    const top = Math.max(0, y);
    const seenWidth = Math.min(window.width, x + width) - left;
    const seenHeight = Math.min(window.height, y + height) - top;
    if (!(seenWidth > 0 && seenHeight > 0)) return;
    const seen: Box = [window.left + left, window.top + top, seenWidth, seenHeight];
    const centreX = x + width / 2;
    const centreY = y + height / 2;
    const centred = centreX >= 0 && centreX <= window.width && centreY >= 0 && centreY <= window.height;
    if (known && centred && Math.min(seenWidth, seenHeight) >= LEAST_SIDE) labels.boxes.push(seen);
    else labels.ignore.push(seen);
  };
  for (const box of picture.boxes) move(box, true);
  for (const box of picture.ignore ?? []) move(box, false);
}

const LUMA = [0.299, 0.587, 0.114] as const;

/** Random brightness, contrast, saturation and tint as one linear map of the colours; sometimes grey, blurred or noisy. */
function changeLight(frame: Frame, random: Random): void {
  const between = (from: number, to: number) => from + (to - from) * random.uniform();
  const contrast = between(0.7, 1.35);
  const brightness = between(-35, 35);
  const saturation = random.uniform() < 0.1 ? 0 : between(0.5, 1.5);
  const tints = [between(0.92, 1.08), between(0.92, 1.08), between(0.92, 1.08)] as const;
  const shift = 128 - 128 * contrast + brightness;
  const { values, offset, size } = frame;
  const end = offset + size * size * 3;
  const colour = (1 - saturation) * contrast;
  const own = saturation * contrast;
  const [redLuma, greenLuma, blueLuma] = LUMA;
  const [redTint, greenTint, blueTint] = tints;
  for (let at = offset; at < end; at += 3) {
    const red = values[at] as number;
    const green = values[at + 1] as number;
    const blue = values[at + 2] as number;
    const grey = colour * (redLuma * red + greenLuma * green + blueLuma * blue) + shift;
    values[at] = redTint * (own * red + grey);
    values[at + 1] = greenTint * (own * green + grey);
    values[at + 2] = blueTint * (own * blue + grey);
  }
  if (random.uniform() < 0.15) blur(frame);
  if (random.uniform() < 0.15) addNoise(frame, between(3, 15), random);
  for (let at = offset; at < end; at++) {
    const value = values[at] as number;
    values[at] = Math.max(0, Math.min(255, value));
  }
}

/** The binomial filter 1 2 1 along both directions, in place. */
function blur(frame: Frame): void {
  const { values, offset, size } = frame;
  const row = size * 3;
  const smooth = (start: number, step: number) => {
    let before = values[start] as number;
    for (let i = 0, at = start; i < size; i++, at += step) {
      const here = values[at] as number;
      const after = i + 1 < size ? (values[at + step] as number) : here;
      values[at] = (before + 2 * here + after) / 4;
      before = here;
    }
  };
  for (let y = 0; y < size; y++) for (let channel = 0; channel < 3; channel++) smooth(offset + y * row + channel, 3);
  for (let x = 0; x < row; x++) smooth(offset + x, row);
}

const NOISE_LENGTH = 8191;

/** Gaussian noise; a short random table read with changing jumps, since a fresh normal number for each sample would take longer than everything else. */
function addNoise(frame: Frame, strength: number, random: Random): void {
  const table = Float32Array.from({ length: NOISE_LENGTH }, () => strength * random.normal());
  const { values, offset, size } = frame;
  let at = offset;
  for (let y = 0; y < size; y++) {
    let from = random.integer(NOISE_LENGTH);
    for (let i = 0; i < size * 3; i++, at++) {
      values[at] = (values[at] as number) + (table[from] as number);
      if (++from === NOISE_LENGTH) from = 0;
    }
  }
}
