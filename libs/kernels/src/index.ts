export { fill } from './elementwise.js';
export { KernelError, type KernelErrorCode } from './kernel.error.js';
export type { Allocator, Arena } from './memory.js';
export { floatBits, type Operation, type Pointer } from './operation.js';
export { KernelRuntime, type Program, type RuntimeOptions } from './runtime.js';
