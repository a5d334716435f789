// Builds the site when a source of it changed: types and persisted documents out of schema.graphql and the *.graphql files beside the screens, then Vite.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { addTypenameSelectionDocumentTransform, preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildSchema, Kind, parse, visit } from 'graphql';

const home = fileURLToPath(new URL('.', import.meta.url));
const generated = `${home}src/graphql/generated/`;
const schemaFile = `${home}../../schema.graphql`;
const filesBelow = (folder) =>
  readdirSync(`${home}${folder}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.spec\.[jt]s$/.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((file) => !file.startsWith(generated))
    .sort();
const sources = ['src', 'public'].flatMap(filesBelow);
/** Compiled code that describes images in the page: the site is made after it. */
const describing = () =>
  ['client-sdk', 'libs/descriptors', 'libs/privacy'].flatMap((built) =>
    filesBelow(`../../${built}/dist`).filter((file) => file.endsWith('.js')),
  );
const documents = sources.filter((file) => file.endsWith('.graphql'));
const tools = ['build.mjs', 'package.json', 'vite.config.mjs', 'index.html'].map((file) => `${home}${file}`);

mkdirSync(`${home}dist`, { recursive: true });
await whenChanged('documents', [...tools, schemaFile, ...documents], generateTypes);
if (!process.argv.includes('--types')) {
  const made = [...tools, schemaFile, ...sources, ...describing(), `${home}../../package-lock.json`];
  await whenChanged('site', made, async () => {
    const { build } = await import('vite');
    await build({ root: home, configFile: `${home}vite.config.mjs`, logLevel: 'warn' });
  });
}

/** Remembers what it was made from in dist/NAME.made-from. */
async function whenChanged(name, files, make) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.replace(home, '')).update('\0').update(readFileSync(file));
  const madeFrom = hash.digest('hex');
  const stamp = `${home}dist/${name}.made-from`;
  if (text(stamp) === madeFrom) return;
  rmSync(stamp, { force: true });
  await make();
  writeFileSync(stamp, madeFrom);
}

function text(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function generateTypes() {
  const schema = readFileSync(schemaFile, 'utf8');
  const outputs = await preset.buildGeneratesSection({
    baseOutputDir: generated,
    schema: parse(schema),
    schemaAst: buildSchema(schema),
    documents: documents.map((location) => {
      const rawSDL = readFileSync(location, 'utf8');
      return { location, rawSDL, document: parse(rawSDL) };
    }),
    documentTransforms: [{ name: 'typename', transformObject: { transform: withTypenames }, config: {} }],
    config: { scalars: { DateTime: 'string', JSON: 'unknown' }, strictScalars: true, useTypeImports: true },
    presetConfig: {
      fragmentMasking: false,
      persistedDocuments: { hashAlgorithm: (document) => createHash('sha256').update(document).digest('hex') },
    },
    pluginMap: {},
    plugins: [],
  });
  mkdirSync(generated, { recursive: true });
  for (const output of outputs) {
    if (output.filename.endsWith('/graphql.ts')) writeFileSync(output.filename, await codegen(output));
    if (output.filename.endsWith('/persisted-documents.json')) {
      writeFileSync(`${home}dist/persisted-documents.json`, await codegen(output));
    }
  }
}

/** The root of a subscription may hold one field only. */
function withTypenames(options) {
  return addTypenameSelectionDocumentTransform.transform(options).map((file) => ({
    ...file,
    document: visit(file.document, {
      OperationDefinition: (operation) => ({
        ...operation,
        selectionSet: {
          ...operation.selectionSet,
          selections: operation.selectionSet.selections.filter(
            (selection) => selection.kind !== Kind.FIELD || selection.name.value !== '__typename',
          ),
        },
      }),
    }),
  }));
}
