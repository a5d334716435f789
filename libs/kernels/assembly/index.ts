export { execute, executeAlone, work } from './executor';
export { Kernel } from './kernels';
export { workspace } from './workspace';
