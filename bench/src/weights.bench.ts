// npm run bench -- weights: what the shipped weights reach as they are, on held-out parts of domains they were and were not trained on.
import { evaluateBaselines } from '@edgelore/client';
import { imageSource } from '@edgelore/detection';
import { faceDomains, loadDomain, openDomains, requireFacesFolder } from './domains.js';

requireFacesFolder();
const ap50: Record<string, Record<string, number>> = {};
for (const { name } of faceDomains) {
  const { validation } = await loadDomain(name);
  const results = await evaluateBaselines(imageSource(validation));
  ap50[name] = Object.fromEntries(results.map((result) => [result.name, result.ap50]));
  console.log(`${name}: ${results.map((result) => `${result.name} ${result.ap50.toFixed(3)}`).join(', ')}`);
}
console.log(JSON.stringify({ trained_on: openDomains, ap50 }));
