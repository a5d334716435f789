// npm run bench -- faces: what an owner of each judged domain gets from a recommendation, beside what else there is. The ranker never saw the judged domain.
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { evaluateBaselines } from '@edgelore/client';
import { averagePrecision, type Detection, imageSource, type LabelledImage } from '@edgelore/detection';
import { describeOpenTask } from '@edgelore/domain';
import { KernelRuntime } from '@edgelore/kernels';
import { recommend, thawRanker } from '@edgelore/ranking';
import { type Configuration, configurationId, defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
import { startTensorEngine } from '@edgelore/tensor';
import { loadDomain, requireFacesFolder } from './domains.js';
import { experienceFile, randomConfigurations } from './experience.js';
import { describeImages, learnFrom, openTasks } from './open-tasks.js';
import { requireStartingWeights } from './starting-weights.js';
import { codeVersion, readRows, runTrials, type TrialRow } from './trials.js';
import { openOnnxRuntime, openUltraFace, openYuNet, type Yardstick } from './yardstick.js';

const { values } = parseArgs({
  options: {
    domains: { type: 'string', default: 'cartoon-mixed,masked-portraits,derived-cctv' },
    seconds: { type: 'string', default: '180' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    out: { type: 'string', default: fileURLToPath(new URL('../experience/judged.jsonl', import.meta.url)) },
  },
});
requireFacesFolder();
const judged = values.domains.split(',');
const tasks = await openTasks(experienceFile);
const version = codeVersion();

const runtime = await KernelRuntime.start({ threads: 1, fused: false });
const chosen = new Map<string, Configuration>();
for (const name of judged) {
  const past = tasks.filter(({ id }) => id !== name);
  const experience = learnFrom(past, runtime);
  const { training, validation } = await loadDomain(name);
  const description = describeOpenTask(experience.extractor, {
    id: name,
    base: describeImages([...training, ...validation]),
  });
  const [first] = recommend({
    ranker: experience.ranker && thawRanker(experience.ranker, runtime),
    description,
    experience: past.map((task) => ({
      id: task.id,
      description: describeOpenTask(experience.extractor, task),
      base: null,
      trials: [...task.trials],
    })),
    count: 1,
    seed: 1,
  });
  if (first) chosen.set(name, first.configuration);
  console.log(`${name}: recommended by ${first?.reason}: ${JSON.stringify(first?.configuration.values)}`);
}
runtime.dispose();

const standard = defaultConfiguration(faceDetectorSpace);
const rows = await runTrials(
  judged.flatMap((domain) =>
    [
      ...new Map(
        [chosen.get(domain) ?? standard, standard, ...randomConfigurations].map((each) => [
          configurationId(each),
          each,
        ]),
      ).values(),
    ].map((configuration) => ({
      domain,
      configuration,
      seed: 1,
      budget: { seconds: Number(values.seconds) },
      threads: 1,
      startingWeights: requireStartingWeights(domain),
      codeVersion: version,
    })),
  ),
  { file: values.out, jobs: Number(values.jobs), measured: readRows(experienceFile) },
);

await startTensorEngine();
const figures: Record<string, unknown> = {};
for (const name of judged) {
  const of = (configuration: Configuration): TrialRow | undefined =>
    rows.find((row) => row.domain === name && row.configurationId === configurationId(configuration));
  const { validation } = await loadDomain(name);
  figures[name] = {
    recommended: of(chosen.get(name) ?? standard)?.ap50,
    default: of(standard)?.ap50,
    random: randomConfigurations.map((configuration) => of(configuration)?.ap50),
    ready_made: await readyMade(validation),
  };
  console.log(`${name}: ${JSON.stringify(figures[name])}`);
}
console.log(JSON.stringify({ seconds_of_one_core: Number(values.seconds), domains: figures }));

async function readyMade(images: readonly LabelledImage[]): Promise<Record<string, number | null>> {
  const shipped = await evaluateBaselines(imageSource(images));
  const scores: Record<string, number | null> = Object.fromEntries(shipped.map(({ name, ap50 }) => [name, ap50]));
  const runtime = openOnnxRuntime();
  const models = `${process.env.EDGELORE_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))}/../models`;
  const yardsticks: [name: string, file: string, open: typeof openYuNet][] = [
    ['YuNet-n', `${models}/yunet_n_dynamic.onnx`, openYuNet],
    ['UltraFace RFB-320', `${models}/version-RFB-320.onnx`, openUltraFace],
  ];
  for (const [name, file, open] of yardsticks) {
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    if (!runtime || size === undefined) {
      console.log(`${name} skipped: ${runtime ? `${file} is not here` : 'onnxruntime-node could not be installed'}`);
      scores[name] = null;
      continue;
    }
    const yardstick: Yardstick = await open(runtime, file, size);
    scores[name] = await score(images, (image) => yardstick.detect(image));
  }
  return scores;
}

async function score(
  images: readonly LabelledImage[],
  detect: (image: LabelledImage) => Promise<Detection[]>,
): Promise<number> {
  const perImage = [];
  for (const image of images)
    perImage.push({ detections: await detect(image), boxes: image.boxes, ignore: image.ignore ?? [] });
  return averagePrecision(perImage).ap;
}
