export interface EmbeddedPostgres {
  /** `postgres://edgelore:<password>@127.0.0.1:<port>/edgelore` */
  readonly url: string;
  /** Stops the server gracefully; connections that are still open are closed. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Off only where the data may be lost, in tests: commits then do not wait for the disk. */
  readonly durable?: boolean;
  readonly onLog?: (line: string) => void;
}

/**
 * Brings up Postgres in `dataDir`, or takes over the one that an earlier launcher left running there. One launcher owns a data folder at a
 * time; a second one is refused.
 */
export declare function startEmbeddedPostgres(
  dataDir: string,
  options?: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres>;
