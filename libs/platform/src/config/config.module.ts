import { type DynamicModule, Global, Module } from '@nestjs/common';
import { createLogger, type Logger } from '../logging/logger.js';
import type { Config } from './config.js';

export const CONFIG = Symbol('CONFIG');
export const LOGGER = Symbol('LOGGER');

/** Provides the parsed configuration and the process's logger everywhere: `@Inject(CONFIG)`, `@Inject(LOGGER)`. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: Config, logger: Logger = createLogger(config, 'edgelore')): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
      ],
      exports: [CONFIG, LOGGER],
    };
  }
}
