import type { ReadDatasetOptions } from '@edgelore/client/browser';
import { useState } from 'react';
import { duration } from '../format/numbers.js';
import { plural } from '../format/words.js';
import { Button } from '../ui/button.js';
import { Card } from '../ui/card.js';
import { Choice, Typed } from '../ui/filters.js';
import { Progress } from '../ui/progress.js';
import { Failed } from '../ui/states.js';
import { FolderChoice } from './folder-choice.js';
import { formatNames } from './format-names.js';
import type { GivenFolder } from './given-folder.js';
import { Preview } from './preview.js';
import { type DescribeProgress, useDescribing } from './use-describing.js';

interface DescribeStepsProps {
  readonly extractor: unknown;
  readonly maySend: boolean;
  readonly onRecommended: (recommendationId: string) => void;
}

/** Choose, wait, look, send. */
export function DescribeSteps({ extractor, maySend, onRecommended }: DescribeStepsProps) {
  const { state, start, clear } = useDescribing(extractor);
  const [options, setOptions] = useState<ReadDatasetOptions>({});
  const choose = (folder: GivenFolder) => start(folder, options);
  switch (state.at) {
    case 'nothing':
      return (
        <Card>
          <div className="flex flex-col gap-5">
            <FolderChoice onChoose={choose} />
            <Reading options={options} onChange={setOptions} />
          </div>
        </Card>
      );
    case 'reading':
      return (
        <Card title={`Describing ${state.folder.name}`}>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p role="status">Reading the annotations of {plural(state.folder.files.length, 'file')}</p>
            <Button onClick={clear}>Cancel</Button>
          </div>
        </Card>
      );
    case 'work':
      return (
        <Card title={`Describing ${state.folder.name}`}>
          <Working progress={state.progress} onCancel={clear} />
        </Card>
      );
    case 'failed':
      return (
        <Card>
          <Failed fault={state.failure} />
          <div className="flex flex-col items-center gap-4">
            <Reading options={options} onChange={setOptions} />
            <div className="flex gap-2">
              <Button onClick={clear}>Choose another folder</Button>
              <Button look="primary" onClick={() => choose(state.folder)}>
                Try again
              </Button>
            </div>
          </div>
        </Card>
      );
    case 'described':
      return (
        <Preview
          folderName={state.folder.name}
          described={state.described}
          maySend={maySend}
          onRecommended={onRecommended}
          onClear={clear}
        />
      );
  }
}

interface ReadingProps {
  readonly options: ReadDatasetOptions;
  readonly onChange: (options: ReadDatasetOptions) => void;
}

/** For folders that do not tell these by themselves. */
function Reading({ options: { format, faceClass }, onChange }: ReadingProps) {
  const change = (to: { format?: string | undefined; faceClass?: string | undefined }) => {
    const { format: newFormat, faceClass: newClass } = { format, faceClass, ...to };
    onChange({ ...(newFormat && { format: newFormat }), ...(newClass && { faceClass: newClass }) });
  };
  return (
    <div className="flex flex-wrap items-end justify-center gap-3">
      <Choice
        label="Format of the annotations"
        value={format}
        none="found out"
        options={Object.entries(formatNames)}
        onChange={(value) => change({ format: value })}
      />
      <Typed
        label="Category that means a face"
        placeholder="found out"
        value={faceClass}
        onChange={(value) => change({ faceClass: value })}
      />
    </div>
  );
}

function Working({ progress, onCancel }: { progress: DescribeProgress; onCancel: () => void }) {
  const { done, total, perSecond, secondsLeft } = progress;
  return (
    <div className="flex flex-col gap-3">
      <Progress value={done / total} label="Images described" />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="tabular-nums">
          {done} of {plural(total, 'image')}, {perSecond.toFixed(1)} a second, {duration(secondsLeft)} left
        </p>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </div>
  );
}
