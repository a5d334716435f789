import { FolderOpen } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { buttonClass } from '../ui/button.js';
import { styles } from '../ui/styles.js';
import { chosenFolder, droppedFolder, type GivenFolder } from './given-folder.js';

/** Where a folder is dropped, or chosen. */
export function FolderChoice({ onChoose }: { onChoose: (folder: GivenFolder) => void }) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  // React knows no such property.
  useEffect(() => {
    if (input.current) input.current.webkitdirectory = true;
  }, []);
  return (
    <fieldset
      aria-label="The folder to describe"
      className={styles(
        'flex flex-col items-center gap-3 rounded-xl border-2 border-dashed px-6 py-12 text-center',
        over ? 'border-accent bg-accent-soft/50' : 'border-strong-line/60',
      )}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={async (event) => {
        event.preventDefault();
        setOver(false);
        onChoose(await droppedFolder(event.dataTransfer));
      }}
    >
      <FolderOpen aria-hidden className="size-8 text-quiet" />
      <p className="font-medium">Drop a folder of images and their annotations here</p>
      <input
        ref={input}
        id={id}
        type="file"
        className="peer sr-only"
        onChange={(event) => {
          const { files } = event.target;
          if (files && files.length > 0) onChoose(chosenFolder(files));
          // The same folder may be chosen again.
          event.target.value = '';
        }}
      />
      <label
        htmlFor={id}
        className={styles(
          buttonClass('primary'),
          'peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-accent',
        )}
      >
        Choose a folder
      </label>
      <p className="max-w-prose text-quiet">
        annotations.json, COCO, WIDER FACE, Pascal VOC or YOLO. The browser calls this an upload; nothing is uploaded.
      </p>
    </fieldset>
  );
}
