import { readFile } from 'node:fs/promises';

/** A file as plain bytes in a buffer of their own; Node's Buffer slices differently and shares its memory. */
export async function readBytes(file: string | URL): Promise<Uint8Array> {
  return new Uint8Array(await readFile(file));
}
