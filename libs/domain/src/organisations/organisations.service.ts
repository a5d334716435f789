import { AppError, createApiKey, isUuid, type RequestContext, requirePermission, uuid7 } from '@edgelore/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull, LessThan } from 'typeorm';
import { audit } from '../audit/audit.js';
import { keyAfter, type Page, type PageRequest, pageOf, rowsToRead } from '../page.js';
import { parseText } from '../text-input.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { OrganisationEntity } from './organisation.entity.js';
import type { ApiKey, ApiKeyRole, CreatedApiKey, Organisation } from './organisation.types.js';
import { ownOnly } from './own-only.js';

const NAME_LENGTH = 200;

@Injectable()
export class OrganisationsService {
  constructor(private readonly database: DataSource) {}

  create(ctx: RequestContext, input: { name: string }): Promise<Organisation> {
    requirePermission(ctx, 'organisation:manage');
    const name = parseText(input.name, 'name', NAME_LENGTH);
    return this.database.transaction(async (manager) => {
      const organisation = await insertOrganisation(manager, { name, open: false });
      await audit(manager, ctx, {
        action: 'organisation.create',
        kind: 'organisation',
        id: organisation.id,
        organisationId: organisation.id,
      });
      return organisation;
    });
  }

  /** The caller's organisation; null for operators. */
  async own(ctx: RequestContext): Promise<Organisation | null> {
    if (ctx.organisationId === null) return null;
    return this.database.manager.findOneByOrFail(OrganisationEntity, { id: ctx.organisationId });
  }

  async list(ctx: RequestContext, request: PageRequest): Promise<Page<Organisation>> {
    requirePermission(ctx, 'organisation:manage');
    const take = rowsToRead(request);
    const after = keyAfter(request, isUuid);
    const rows = await this.database.manager.find(OrganisationEntity, {
      where: after === null ? {} : { id: LessThan(after) },
      order: { id: 'DESC' },
      take,
    });
    return pageOf(
      rows,
      request,
      (row) => row.id,
      (row) => row,
    );
  }

  async createKey(
    ctx: RequestContext,
    input: { organisationId: string; name: string; role?: ApiKeyRole | null | undefined },
  ): Promise<CreatedApiKey> {
    requirePermission(ctx, 'key:manage');
    const { organisationId } = input;
    const role = input.role ?? 'member';
    const name = parseText(input.name, 'name', NAME_LENGTH);
    const mayBeTheirs = isUuid(organisationId) && (ctx.organisationId ?? organisationId) === organisationId;
    return this.database.transaction(async (manager) => {
      if (!mayBeTheirs || !(await manager.existsBy(OrganisationEntity, { id: organisationId }))) {
        throw new AppError('NOT_FOUND', 'There is no such organisation.', { field: 'organisationId' });
      }
      const created = await insertApiKey(manager, { organisationId, name, role });
      await audit(manager, ctx, { action: 'api-key.create', kind: 'api-key', id: created.apiKey.id, organisationId });
      return created;
    });
  }

  /** Revoking a key twice leaves the first time standing. */
  revokeKey(ctx: RequestContext, id: string): Promise<ApiKey> {
    requirePermission(ctx, 'key:manage');
    return this.database.transaction(async (manager) => {
      const key = isUuid(id) ? await manager.findOneBy(ApiKeyEntity, { id, ...ownOnly(ctx) }) : null;
      if (key === null) throw new AppError('NOT_FOUND', 'There is no such API key.', { field: 'id' });
      const revokedAt = key.revokedAt ?? new Date();
      const { affected } = await manager.update(ApiKeyEntity, { id, revokedAt: IsNull() }, { revokedAt });
      if (affected === 1) {
        await audit(manager, ctx, {
          action: 'api-key.revoke',
          kind: 'api-key',
          id,
          organisationId: key.organisationId,
        });
      }
      return apiKeyOf({ ...key, revokedAt });
    });
  }

  async listKeys(ctx: RequestContext, request: PageRequest): Promise<Page<ApiKey>> {
    requirePermission(ctx, 'key:manage');
    const take = rowsToRead(request);
    const after = keyAfter(request, isUuid);
    const rows = await this.database.manager.find(ApiKeyEntity, {
      where: { ...ownOnly(ctx), ...(after === null ? {} : { id: LessThan(after) }) },
      order: { id: 'DESC' },
      take,
    });
    return pageOf(rows, request, (row) => row.id, apiKeyOf);
  }
}

export async function insertOrganisation(
  manager: EntityManager,
  input: { name: string; open: boolean },
): Promise<Organisation> {
  const organisation = { id: uuid7(), ...input, createdAt: new Date() };
  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(OrganisationEntity)
    .values(organisation)
    .orIgnore()
    .returning('id')
    .execute();
  if (inserted.raw.length === 0) {
    throw new AppError('CONFLICT', `There is an organisation called ${input.name} already; choose another name.`, {
      field: 'name',
    });
  }
  return organisation;
}

export async function insertApiKey(
  manager: EntityManager,
  input: { organisationId: string; name: string; role: ApiKeyRole },
): Promise<CreatedApiKey> {
  const { key, publicId, secretHash } = createApiKey();
  const never = { lastUsedAt: null, expiresAt: null, revokedAt: null };
  const row = { id: uuid7(), ...input, publicId, secretHash, createdAt: new Date(), ...never };
  await manager.insert(ApiKeyEntity, row);
  return { apiKey: apiKeyOf(row), secret: key };
}

function apiKeyOf(row: ApiKeyEntity): ApiKey {
  const { id, organisationId, name, role, publicId, createdAt, lastUsedAt, revokedAt } = row;
  return { id, organisationId, name, role, prefix: `edl_${publicId}`, createdAt, lastUsedAt, revokedAt };
}
