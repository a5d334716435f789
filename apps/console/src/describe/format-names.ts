import type { DatasetFormat } from '@edgelore/client/browser';

/** What people call the ways to annotate a folder. */
export const formatNames: Readonly<Record<DatasetFormat, string>> = {
  edgelore: 'annotations.json',
  coco: 'COCO',
  wider: 'WIDER FACE',
  voc: 'Pascal VOC',
  yolo: 'YOLO',
};
