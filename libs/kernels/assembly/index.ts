export { execute, executeAlone, work } from './executor';
export { Kernel } from './kernels';
export { workspace } from './workspace';
// Exported so that they stay functions of their own: inlined, they would run out of registers.
export { multiplyLowStrip, multiplyStrip } from './multiply';
