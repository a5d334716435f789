import type { AnchorSize, DetectorPlan } from '@edgelore/search-space';

/** The anchors of one level: a grid of cells, each with the same shapes around its middle. */
export interface AnchorLevel {
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
  readonly shapes: readonly AnchorSize[];
  /** Number of the level's first anchor. */
  readonly first: number;
}

export interface Anchors {
  readonly count: number;
  /** [count, 4] centre x, centre y, width, height in input pixels; level by level, row, column, shape. */
  readonly boxes: Float32Array;
  readonly levels: readonly AnchorLevel[];
}

/** The anchors of a detector, in the order of its outputs. */
export function anchorsOf(plan: DetectorPlan): Anchors {
  const boxes = new Float32Array(plan.anchorCount * 4);
  let first = 0;
  const levels = plan.levels.map((level) => {
    const { stride, gridHeight: rows, gridWidth: columns, anchors: shapes } = level;
    let at = first * 4;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (const { width, height } of shapes) {
          boxes[at++] = (column + 0.5) * stride;
          boxes[at++] = (row + 0.5) * stride;
          boxes[at++] = width;
          boxes[at++] = height;
        }
      }
    }
    const placed: AnchorLevel = { stride, rows, columns, shapes, first };
    first += rows * columns * shapes.length;
    return placed;
  });
  return { count: first, boxes, levels };
}
