/** Low and high end of a value drawn for each picture. */
type Range = readonly [low: number, high: number];

interface DomainLook {
  readonly faces: Range;
  /** Height of a head as a share of the picture's longer side. */
  readonly headHeight: Range;
  /** Standard deviation of the Gaussian blur, pixels. */
  readonly blur: Range;
  /** Brightness is multiplied by this. */
  readonly gain: Range;
  /** Standard deviation of the sensor noise, grey levels of 255. */
  readonly noise: Range;
}

export const demoDomains = ['drawn-portraits', 'drawn-crowd', 'drawn-night'] as const;

/** The demo's three kinds of drawn pictures, which differ by scale, crowding, blur and darkness. */
export type DemoDomain = (typeof demoDomains)[number];

export const demoLooks: Readonly<Record<DemoDomain, DomainLook>> = {
  'drawn-portraits': { faces: [1, 1], headHeight: [0.3, 0.6], blur: [0, 0.4], gain: [0.9, 1.05], noise: [0, 4] },
  'drawn-crowd': { faces: [12, 28], headHeight: [0.03, 0.085], blur: [0, 0.4], gain: [0.8, 1.05], noise: [1, 6] },
  'drawn-night': { faces: [1, 5], headHeight: [0.07, 0.22], blur: [0.8, 2], gain: [0.18, 0.45], noise: [5, 14] },
};
