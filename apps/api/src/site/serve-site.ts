import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import statics from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What `apps/console` builds. */
export const SITE = fileURLToPath(new URL('../../../console/dist/site', import.meta.url));

/** Folders of other things than pages; what is not there is not found. */
const NO_PAGES = ['/graphql', '/health', '/metrics', '/assets'];
const FOREVER = 'public, max-age=31536000, immutable';
/** Kept, but asked after every time: the page names the files of the version that is served. */
const ASKED_AFTER = 'no-cache';

/** Serves the console: its files, and for every address of one of its screens its page. Files are those of the start. */
export async function serveSite(server: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    server.get('/', (_request, reply) => reply.code(404).send('The console is not built: run npm run build.'));
    return;
  }
  const assets = join(folder, 'assets/');
  await server.register(statics, {
    root: folder,
    wildcard: false,
    cacheControl: false,
    setHeaders: (response, file) => {
      // Their names hold their contents' hash.
      response.setHeader('cache-control', file.startsWith(assets) ? FOREVER : ASKED_AFTER);
    },
  });
  server.get('/*', (request, reply) => (isPage(request) ? reply.sendFile('index.html') : reply.callNotFound()));
}

function isPage({ url, headers }: FastifyRequest): boolean {
  const [path = '/'] = url.split('?', 1);
  const isElsewhere = NO_PAGES.some((folder) => path === folder || path.startsWith(`${folder}/`));
  return !isElsewhere && extname(path) === '' && (headers.accept ?? '').includes('text/html');
}
