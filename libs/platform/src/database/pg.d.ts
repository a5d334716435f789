/** The little of node-postgres that is used without TypeORM. */
declare module 'pg' {
  export interface ClientConfig {
    readonly connectionString?: string;
    readonly connectionTimeoutMillis?: number;
    readonly application_name?: string;
  }

  export class Client {
    constructor(config: ClientConfig);
    connect(): Promise<void>;
    query<Row>(text: string, values?: readonly unknown[]): Promise<{ rows: Row[] }>;
    end(): Promise<void>;
    on(event: 'error', listener: (error: Error) => void): this;
    escapeIdentifier(name: string): string;
    escapeLiteral(text: string): string;
  }
}
