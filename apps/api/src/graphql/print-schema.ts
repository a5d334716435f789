import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { resolvers } from '../resolvers.js';
import { JsonScalar } from './json.scalar.js';

const HEAD =
  '# Printed from apps/api by `node apps/api/dist/print-schema.js`; a spec fails when this file is not what the API serves.\n\n';

/** The text of schema.graphql, without starting anything. */
export async function printApiSchema(): Promise<string> {
  const app = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
  const schema = await app.get(GraphQLSchemaFactory).create(resolvers, [JsonScalar]);
  await app.close();
  return `${HEAD}${printSchema(lexicographicSortSchema(schema))}\n`;
}
