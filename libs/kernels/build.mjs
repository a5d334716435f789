// Compiles assembly/ when it is newer than what was compiled: dist/kernels.wasm for a memory shared between threads, dist/kernels.single.wasm for a
// memory of one thread, such as another module's heap; each also in a form that multiplies and adds in one instruction, where the engine knows it.
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

const root = fileURLToPath(new URL('.', import.meta.url));
const sources = [`${root}build.mjs`, ...readdirSync(`${root}assembly`).map((file) => `${root}assembly/${file}`)];
const newest = Math.max(...sources.map((file) => statSync(file).mtimeMs));
const shared = ['--sharedMemory', '--maximumMemory', '65536'];
const fused = ['--enable', 'relaxed-simd'];
const artefacts = {
  'kernels.wasm': shared,
  'kernels.fused.wasm': [...shared, ...fused],
  'kernels.single.wasm': [],
  'kernels.single.fused.wasm': fused,
};

mkdirSync(`${root}dist`, { recursive: true });
for (const [name, memory] of Object.entries(artefacts)) {
  const target = `${root}dist/${name}`;
  if ((statSync(target, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= newest) continue;
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--enable', 'simd,threads'];
  const { error, stderr } = await main(
    ['assembly/index.ts', '-o', 'out.wasm', ...options, '--importMemory', '--initialMemory', '1', ...memory],
    {
      readFile: (file, base) => readText(`${root}${base}/${file}`) ?? readText(`${root}../../${file}`),
      listFiles: () => [],
      writeFile: (file, bytes) => {
        if (!file.endsWith('out.wasm')) return;
        refuseStaticData(bytes);
        writeFileSync(`${target}.tmp`, bytes);
        renameSync(`${target}.tmp`, target);
      },
    },
  );
  if (error) {
    process.stderr.write(`${stderr}\n${error.message}\n`);
    process.exit(1);
  }
}

function readText(file) {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8') : null;
}

/** Static data would overwrite the heap of the module that the kernels are attached to. Sections: id, length in LEB128, content. */
function refuseStaticData(bytes) {
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at++];
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (id === 11) throw new Error('the kernels hold static data: use no string, array literal or function reference');
    at += length;
  }
}
