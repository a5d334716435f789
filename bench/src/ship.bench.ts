// npm run bench -- ship: turns the measured trials into the experience and the first model that ship with the platform.
import { renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodeExperience, SHIPPED_EXPERIENCE } from '@edgelore/domain';
import { KernelRuntime } from '@edgelore/kernels';
import { experienceFile } from './experience.js';
import { learnFrom, openTasks } from './open-tasks.js';

const out = fileURLToPath(SHIPPED_EXPERIENCE);
const runtime = await KernelRuntime.start({ threads: 1, fused: false });
const experience = learnFrom(await openTasks(experienceFile, console.log), runtime);
runtime.dispose();
const text = encodeExperience(experience);
writeFileSync(`${out}.tmp`, text);
renameSync(`${out}.tmp`, out);
const { evidence, strategy, scorer, tried } = experience.ranker ?? { evidence: [], strategy: null };
console.log(
  JSON.stringify({
    tasks: experience.tasks.map(({ id, trials }) => ({ id, trials: trials.length })),
    strategy,
    scorer,
    tried,
    evidence,
    bytes: Buffer.byteLength(text),
  }),
);
