import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { printApiSchema } from './graphql/print-schema.js';

writeFileSync(new URL('../../../schema.graphql', import.meta.url), await printApiSchema());
