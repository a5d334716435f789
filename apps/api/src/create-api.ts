import { type Config, type Logger, NestLogger, uuid7 } from '@edgelore/platform';
import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiModule } from './api.module.js';
import { serveStreams } from './graphql/stream.js';
import { SITE, serveSite } from './site/serve-site.js';

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
        // Descriptions are computed in a worker of the page.
        workerSrc: ["'self'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        // The pictures that an owner looks at stay in the page as blobs.
        imgSrc: ["'self'", 'data:', 'blob:'],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // The platform also runs on a plain loopback address; whoever puts TLS in front adds this there.
    strictTransportSecurity: false,
    // Both together let the page's workers share memory.
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: true,
    referrerPolicy: { policy: 'no-referrer' },
  });
  serveStreams(app);
  await serveSite(adapter.getInstance(), SITE);
  app.enableShutdownHooks();
  return app;
}
