/** Bytes that each thread has for itself; see assembly/workspace.ts. */
export const WORKSPACE = 320 * 1024;
