import { AppError } from '@edgelore/platform';

export function parseNumber(value: number, field: string, least: number, most: number): number {
  if (!Number.isFinite(value) || value < least || value > most) {
    throw new AppError('INVALID_INPUT', `${field} must be a number from ${least} to ${most}; it is ${value}.`, {
      field,
    });
  }
  return value;
}
