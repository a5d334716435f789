/** The little of node-postgres that is used without TypeORM. */
declare module 'pg' {
  export interface ClientConfig {
    readonly connectionString?: string;
    readonly connectionTimeoutMillis?: number;
    readonly application_name?: string;
  }

  export interface Notification {
    readonly channel: string;
    readonly payload?: string;
  }

  export class Client {
    constructor(config: ClientConfig);
    connect(): Promise<void>;
    query<Row>(text: string, values?: readonly unknown[]): Promise<{ rows: Row[] }>;
    end(): Promise<void>;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'end', listener: () => void): this;
    on(event: 'notification', listener: (message: Notification) => void): this;
    escapeIdentifier(name: string): string;
    escapeLiteral(text: string): string;
  }
}
