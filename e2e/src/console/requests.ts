/** One request as a browser sent it. */
export interface BrowserRequest {
  /** "POST /graphql" */
  readonly line: string;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

const REQUEST = /(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS) \S+ HTTP\/1\.1\r\n/g;

/** The requests in recorded bytes. @throws Error for bytes that are in none of them. */
export function requestsIn(bytes: Buffer): BrowserRequest[] {
  const found: BrowserRequest[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf('\r\n\r\n', at) + 4;
    const head = bytes.subarray(at, end).toString('latin1');
    REQUEST.lastIndex = 0;
    const line = REQUEST.exec(head);
    if (end < 4 || line?.index !== 0) throw new Error(`no request: ${bytes.toString('latin1', at, at + 200)}`);
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    const body = bytes.subarray(end, end + length).toString('utf8');
    found.push({ line: line[0].trim().replace(' HTTP/1.1', ''), body: length > 0 ? JSON.parse(body) : undefined });
    at = end + length;
  }
  return found;
}

/** Whether it asks for one of the console's documents, by its hash and without saying anything. */
export function saysNothing({ line, body }: BrowserRequest): boolean {
  if (!/^POST \/graphql(\/stream)?$/.test(line) || body === undefined) return false;
  const { operationName, variables, extensions, ...others } = body;
  return (
    typeof operationName === 'string' &&
    JSON.stringify(variables) === '{}' &&
    /^\{"persistedQuery":\{("version":1,?|"sha256Hash":"[0-9a-f]{64}",?){2}\}\}$/.test(JSON.stringify(extensions)) &&
    Object.keys(others).length === 0
  );
}
