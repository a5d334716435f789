import { Module } from '@nestjs/common';
import { PersistedDocuments } from './persisted-documents.js';

@Module({
  providers: [{ provide: PersistedDocuments, useFactory: () => new PersistedDocuments() }],
  exports: [PersistedDocuments],
})
export class PersistedDocumentsModule {}
