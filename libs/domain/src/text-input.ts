import { AppError } from '@edgelore/platform';

const CONTROL = /\p{Cc}/u;

/** Trims a name or key that a client gave, and refuses what is empty, too long or not one line. */
export function parseText(value: unknown, field: string, maxLength: number): string {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '' || text.length > maxLength || CONTROL.test(text)) {
    throw new AppError('INVALID_INPUT', `${field} must be one line of 1 to ${maxLength} characters.`, { field });
  }
  return text;
}
