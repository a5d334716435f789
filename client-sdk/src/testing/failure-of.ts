import { ClientError } from '../errors/client.error.js';

/** The ClientError that a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<ClientError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ClientError) return error;
    throw error;
  }
  throw new Error('expected a ClientError, but the call succeeded');
}
