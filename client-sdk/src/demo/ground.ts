import type { Random } from '@edgelore/tensor';

/** A varied ground without faces: a gradient, then stripes, tiles or loose shapes, some in the colours of skin. */
export function groundSvg(random: Random, width: number, height: number): string {
  const colour = () =>
    random.uniform() < 0.25
      ? `hsl(${15 + random.integer(20)}, ${30 + random.integer(35)}%, ${35 + random.integer(45)}%)`
      : `hsl(${random.integer(360)}, ${random.integer(70)}%, ${15 + random.integer(75)}%)`;
  const angle = random.integer(360);
  const fill =
    `<defs><linearGradient id="ground" gradientTransform="rotate(${angle} 0.5 0.5)">` +
    `<stop offset="0" stop-color="${colour()}"/><stop offset="1" stop-color="${colour()}"/></linearGradient></defs>` +
    `<rect width="${width}" height="${height}" fill="url(#ground)"/>`;
  const pattern = [stripes, tiles, shapes][random.integer(3)] ?? shapes;
  return fill + pattern(random, width, height, colour);
}

type Pattern = (random: Random, width: number, height: number, colour: () => string) => string;

const stripes: Pattern = (random, width, height, colour) => {
  const count = 2 + random.integer(8);
  const step = width / count;
  const turn = `rotate(${random.integer(180)} ${width / 2} ${height / 2})`;
  const lines = Array.from(
    { length: 3 * count },
    (_, index) =>
      `<rect x="${(index - count) * step}" y="${-height}" width="${step * (0.2 + 0.6 * random.uniform())}" height="${3 * height}" fill="${colour()}"/>`,
  );
  return `<g opacity="0.5" transform="${turn}">${lines.join('')}</g>`;
};

const tiles: Pattern = (random, width, height, colour) => {
  const side = 16 + random.integer(60);
  const rects: string[] = [];
  for (let y = 0; y < height; y += side) {
    for (let x = 0; x < width; x += side) {
      if (random.uniform() < 0.5)
        rects.push(`<rect x="${x}" y="${y}" width="${side}" height="${side}" fill="${colour()}"/>`);
    }
  }
  return `<g opacity="0.5">${rects.join('')}</g>`;
};

const shapes: Pattern = (random, width, height, colour) => {
  const all = Array.from({ length: 4 + random.integer(16) }, () => {
    const [x, y] = [random.uniform() * width, random.uniform() * height];
    const [rx, ry] = [4 + random.uniform() * 50, 4 + random.uniform() * 50];
    return random.uniform() < 0.6
      ? `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${colour()}"/>`
      : `<rect x="${x}" y="${y}" width="${rx * 1.5}" height="${ry * 1.5}" transform="rotate(${random.integer(90)} ${x} ${y})" fill="${colour()}"/>`;
  });
  return `<g opacity="0.8">${all.join('')}</g>`;
};
