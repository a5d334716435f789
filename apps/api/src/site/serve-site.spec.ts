import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FastifyInstance, fastify } from 'fastify';
import { serveSite } from './serve-site.js';

describe('the console at /', () => {
  const folder = mkdtempSync(join(tmpdir(), 'edgelore-site-'));
  let server: FastifyInstance;

  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>console</title>');
    writeFileSync(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    writeFileSync(join(folder, 'assets/main-abc123.js'), 'export {};');
    writeFileSync(join(folder, '../secret.txt'), 'secret');
    server = fastify();
    server.get('/health/live', () => ({ status: 'ok' }));
    await serveSite(server, folder);
    await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
    rmSync(join(folder, '../secret.txt'));
  });

  /** The path goes out as it is: neither `..` nor `%2e` is made simpler on the way. */
  async function ask(path: string, accept = 'text/html,*/*', method = 'GET', of = server) {
    const { port } = of.server.address() as AddressInfo;
    const sent = request({ host: '127.0.0.1', port, path, method, headers: { accept } }).end();
    const [answer]: [IncomingMessage] = await (once(sent, 'response') as Promise<[IncomingMessage]>);
    let body = '';
    for await (const chunk of answer) body += chunk;
    return { status: answer.statusCode, headers: answer.headers, body };
  }

  it.each(['/', '/index.html', '/tasks', '/tasks/0190-abc/trials?sort=score.desc'])(
    'gives its page for %s',
    async (url) => {
      const { status, headers, body } = await ask(url);
      expect([status, headers['cache-control']]).toEqual([200, 'no-cache']);
      expect(body).toContain('<title>console</title>');
    },
  );

  it('lets files whose names hold their hash be kept for ever, and no others', async () => {
    const asset = await ask('/assets/main-abc123.js', '*/*');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(asset.headers['content-type']).toContain('javascript');
    expect((await ask('/icon.svg')).headers['cache-control']).toBe('no-cache');
  });

  it.each([
    '/assets/main-old.js',
    '/assets/',
    '/assets',
    '/graphql/nothing',
    '/health/nothing',
    '/metrics',
    '/nothing.js',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
  ])('does not find %s', async (url) => {
    const { status, body } = await ask(url);
    expect(status).toBe(404);
    expect(body).not.toMatch(/^secret$/);
    expect(body).not.toContain('<title>');
  });

  it('shadows nothing that is served otherwise, and gives pages to browsers only', async () => {
    expect(JSON.parse((await ask('/health/live')).body)).toEqual({ status: 'ok' });
    expect((await ask('/tasks', 'application/json')).status).toBe(404);
    expect((await ask('/tasks', 'text/html', 'POST')).status).toBe(404);
  });

  it('says that it is not built, where it is not', async () => {
    const bare = fastify();
    await serveSite(bare, join(folder, 'nothing'));
    await bare.listen({ port: 0, host: '127.0.0.1' });
    const { status, body } = await ask('/', '*/*', 'GET', bare);
    expect([status, body]).toEqual([404, 'The console is not built: run npm run build.']);
    await bare.close();
  });
});
