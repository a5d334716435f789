import type { CombinedError } from 'urql';

/** What went wrong, in words for the reader. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly field?: string | null;
  readonly errorId?: string | undefined;
}

export function faultOf(error: CombinedError): Fault {
  const [first] = error.graphQLErrors;
  if (first === undefined) {
    return { code: 'UNREACHABLE', message: 'The platform cannot be reached. It is tried again when you ask.' };
  }
  const { code, errorId } = first.extensions;
  return {
    code: typeof code === 'string' ? code : 'INTERNAL',
    message: first.message,
    ...(typeof errorId === 'string' ? { errorId } : {}),
  };
}
