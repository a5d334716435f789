import { fileURLToPath } from 'node:url';
import { type Config, type Logger, NestLogger, uuid7 } from '@edgelore/platform';
import helmet from '@fastify/helmet';
import statics from '@fastify/static';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiModule } from './api.module.js';
import { serveStreams } from './graphql/stream.js';

const PAGE = fileURLToPath(new URL('../public', import.meta.url));

/** The whole HTTP process, not yet listening. */
export async function createApi(config: Config, logger: Logger): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: config.bodyLimitBytes,
    genReqId: () => uuid7(),
    requestTimeout: 30_000,
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(config, logger), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    bodyParser: true,
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // The platform also runs on a plain loopback address; whoever puts TLS in front adds this there.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  await app.register(statics, { root: PAGE, cacheControl: false });
  serveStreams(app);
  app.enableShutdownHooks();
  return app;
}
