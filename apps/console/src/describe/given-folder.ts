import type { GivenFile } from '@edgelore/client/browser';

/** A folder that the owner gave to the page. Its name stays here, like all else in it. */
export interface GivenFolder {
  readonly name: string;
  readonly files: readonly GivenFile[];
}

/** What an input for folders holds: paths begin with the folder's name. */
export function chosenFolder(list: FileList): GivenFolder {
  const files = Array.from(list, (file) => ({ path: below(file.webkitRelativePath), file }));
  return { name: list[0]?.webkitRelativePath.split('/')[0] ?? '', files };
}

/** What was dropped; entries must be taken out of the event before anything is waited for. */
export async function droppedFolder(dropped: DataTransfer): Promise<GivenFolder> {
  const entries = Array.from(dropped.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const [only] = entries;
  const within = entries.length === 1 && only?.isDirectory ? only : undefined;
  const files: GivenFile[] = [];
  for (const entry of entries) await collect(entry, within ? below : (path) => path.slice(1), files);
  return { name: within?.name ?? 'what was dropped', files };
}

async function collect(entry: FileSystemEntry, pathOf: (full: string) => string, into: GivenFile[]): Promise<void> {
  if (isFile(entry)) {
    // A file that the browser may not read is told like one that is not there.
    const file = await new Promise<File>((done, failed) => entry.file(done, failed)).catch(() => undefined);
    if (file) into.push({ path: pathOf(entry.fullPath), file });
  } else if (isDirectory(entry)) {
    const reader = entry.createReader();
    // Browsers give a hundred at a time, and none at the end.
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
      if (some.length === 0) return;
      for (const one of some) await collect(one, pathOf, into);
    }
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** `folder/images/1.jpg` and `/folder/images/1.jpg` become `images/1.jpg`. */
function below(path: string): string {
  return path.replace(/^\/?[^/]*\//, '');
}
