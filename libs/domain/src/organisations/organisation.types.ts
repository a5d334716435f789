export interface Organisation {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

export type ApiKeyRole = 'admin' | 'member';

export interface ApiKey {
  readonly id: string;
  readonly organisationId: string;
  readonly name: string;
  readonly role: ApiKeyRole;
  /** The start of the key, enough to recognise it. */
  readonly prefix: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  /** Shown once; only its hash is stored. */
  readonly secret: string;
}

export interface Session {
  /** Goes into the cookie; only its hash is stored. */
  readonly token: string;
  readonly expiresAt: Date;
}
