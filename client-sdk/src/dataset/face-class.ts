import { ClientError } from '../errors/client.error.js';

/**
 * Which category means a face: the one asked for, else the only one there is, else the one named "face" in any case.
 *
 * @throws ClientError FACE_CLASS_UNCLEAR listing the categories.
 */
export function chooseFaceClass(names: Iterable<string>, wanted: string | undefined, file: string): string {
  const all = [...new Set(names)];
  const same = (name: string, other: string) => name.toLowerCase() === other.toLowerCase();
  if (wanted !== undefined) {
    const match = all.find((name) => name === wanted) ?? all.find((name) => same(name, wanted));
    if (match !== undefined) return match;
    throw unclear(file, `has no category ${JSON.stringify(wanted)}`, all);
  }
  const [only] = all;
  if (all.length === 1 && only !== undefined) return only;
  const faces = all.filter((name) => same(name, 'face'));
  if (faces.length === 1 && faces[0] !== undefined) return faces[0];
  throw unclear(file, 'has several categories and none is named face', all);
}

function unclear(file: string, problem: string, names: readonly string[]): ClientError {
  const shown = names.slice(0, 20).map((name) => JSON.stringify(name));
  return new ClientError('FACE_CLASS_UNCLEAR', {
    file,
    problem: `${problem} (it has ${shown.join(', ')}${names.length > 20 ? ', ...' : ''})`,
    remedy: 'Name the category that marks faces with faceClass (--face-class)',
  });
}
