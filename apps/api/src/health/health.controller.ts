import { Controller, Get, HttpException } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AllowAnonymous } from '../access/access.guard.js';

@AllowAnonymous()
@Controller('health')
export class HealthController {
  constructor(private readonly database: DataSource) {}

  /** The process answers. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** It can also do its work. */
  @Get('ready')
  async ready(): Promise<{ status: 'ok' }> {
    try {
      await this.database.query('SELECT 1');
    } catch {
      throw new HttpException({ status: 'database unreachable' }, 503);
    }
    return { status: 'ok' };
  }
}
