import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** One GraphQL request as it went over the wire. */
export interface SentRequest {
  /** `SubmitDescription`, ... as the document names it. */
  readonly operation: string;
  readonly query: string;
  readonly variables: { readonly input?: Readonly<Record<string, unknown>> };
  readonly body: string;
}

export interface RecordingProxy {
  readonly url: string;
  /** Every byte that the client sent since the last call, and the requests in them; nothing in the bytes is left unread. */
  take(): { bytes: Buffer; requests: SentRequest[] };
  /** Every byte that a browser sent since the last call, connection by connection: it asks for more than GraphQL. */
  takeRaw(): Buffer;
  stop(): Promise<void>;
}

/** Passes TCP connections on to a port of this machine and keeps what the client sends. */
export async function startRecordingProxy(port: number): Promise<RecordingProxy> {
  const recorded: Buffer[][] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    recorded.push(chunks);
    client.on('data', (chunk: Buffer) => chunks.push(chunk));
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {
        client.destroy();
        upstream.destroy();
      });
      socket.on('close', () => sockets.delete(socket));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  /** Connections stay open, and what they bring later counts as well. */
  const taken = () =>
    recorded.map((chunks) => {
      const bytes = Buffer.concat(chunks);
      chunks.length = 0;
      return bytes;
    });
  return {
    url: `http://127.0.0.1:${address.port}`,
    take() {
      const connections = taken();
      return { bytes: Buffer.concat(connections), requests: connections.flatMap(requestsOf) };
    },
    takeRaw: () => Buffer.concat(taken()),
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function requestsOf(connection: Buffer): SentRequest[] {
  const requests: SentRequest[] = [];
  for (let rest = connection; rest.length > 0; ) {
    const end = rest.indexOf('\r\n\r\n');
    const head = rest.subarray(0, end).toString('latin1');
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
    if (end < 0 || !head.startsWith('POST /graphql HTTP/1.1') || !(length > 0)) {
      throw new Error(`something else than a GraphQL request was sent: ${rest.toString('latin1').slice(0, 200)}`);
    }
    const body = rest.subarray(end + 4, end + 4 + length).toString('utf8');
    rest = rest.subarray(end + 4 + length);
    const { query, variables, ...others } = JSON.parse(body);
    if (Object.keys(others).length > 0) throw new Error(`a request has more than query and variables: ${body}`);
    requests.push({ operation: /^\s*\w+\s+(\w+)/.exec(query)?.[1] ?? '', query, variables, body });
  }
  return requests;
}
