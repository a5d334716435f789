import type { RunningPlatform, SendOptions } from './running-platform.js';

/** What a stream of server-sent events carried so far. */
export interface EventStream {
  readonly status: number;
  readonly events: readonly StreamedEvent[];
  /** Resolves when the server ends the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

export type Live = Readonly<Record<string, unknown>>;

export type StreamedEvent = {
  readonly data?: { readonly live: Live } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
};

export async function openStream(
  platform: RunningPlatform,
  document: string,
  { key, cookie, headers, variables = {} }: SendOptions = {},
): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(`${platform.url}/graphql/stream`, {
    method: 'POST',
    signal: abort.signal,
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream, multipart/mixed',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(cookie === undefined ? {} : { cookie, 'x-edgelore-console': '1' }),
      ...headers,
    },
    body: JSON.stringify({ query: document, variables }),
  });
  const events: StreamedEvent[] = [];
  const ended = readEvents(response, events).catch(() => undefined);
  return { status: response.status, events, ended, close: () => abort.abort() };
}

async function readEvents(response: Response, events: StreamedEvent[]): Promise<void> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    events.push((await response.json()) as StreamedEvent);
    return;
  }
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const data = /^event: next\ndata: (.*)$/.exec(part)?.[1];
      if (data !== undefined) events.push(JSON.parse(data));
    }
  }
}
