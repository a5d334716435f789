// npm run bench -- weak-labels: scores of the sweep's architectures without training, by the shipped supernet, on domains that are no relatives of what it was trained on.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { decodeSupernet, imageSource, supernetId, supernetScores } from '@edgelore/detection';
import { KernelRuntime } from '@edgelore/kernels';
import { configurationId } from '@edgelore/search-space';
import { collectionOf, faceDomains, loadDomain, openDomains, requireFacesFolder } from './domains.js';
import { sweepConfigurations, weakLabelsFile } from './experience.js';

const { values } = parseArgs({
  options: {
    supernet: {
      type: 'string',
      default: fileURLToPath(new URL('../../client-sdk/weights/face-supernet.v1.bin', import.meta.url)),
    },
    threads: { type: 'string', default: '1' },
    out: { type: 'string', default: weakLabelsFile },
  },
});
requireFacesFolder();
const supernet = decodeSupernet(readFileSync(values.supernet));
const runtime = await KernelRuntime.start({ threads: Number(values.threads) });
const configurations = sweepConfigurations();
const seen = new Set(openDomains.map(collectionOf));
const domains: Record<string, Record<string, number>> = {};
const started = performance.now();
for (const { name } of faceDomains.filter(({ collection }) => !seen.has(collection))) {
  const { training } = await loadDomain(name);
  const scores = await supernetScores({ supernet, configurations, images: imageSource(training), runtime });
  domains[name] = Object.fromEntries(configurations.map((each, at) => [configurationId(each), scores[at]!]));
  console.log(`${name}: ${configurations.length} configurations`);
}
runtime.dispose();
const seconds = (performance.now() - started) / 1000;
writeFileSync(values.out, `${JSON.stringify({ supernet: supernetId(supernet), domains })}\n`);
console.log(JSON.stringify({ domains: Object.keys(domains), configurations: configurations.length, seconds }));
