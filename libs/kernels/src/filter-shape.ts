import { type ConvolutionShape, requireSizes } from './convolution-shape.js';
import { KernelError } from './kernel.error.js';

export type FilterShape = Pick<ConvolutionShape, 'filterHeight' | 'filterWidth' | 'inChannels' | 'outChannels'>;

/** @throws KernelError SHAPE */
export function requireFilter(shape: FilterShape, filter: ArrayLike<number>, bias?: ArrayLike<number>): void {
  const { filterHeight, filterWidth, inChannels, outChannels } = shape;
  const sizes = [filterHeight, filterWidth, inChannels, outChannels];
  requireSizes(`filter ${sizes.join(' x ')}`, sizes);
  if (filter.length !== filterHeight * filterWidth * inChannels * outChannels) {
    throw new KernelError('SHAPE', `${filter.length} weights are no filter of ${sizes.join(' x ')}`);
  }
  if (bias && bias.length !== outChannels) {
    throw new KernelError('SHAPE', `a bias of ${bias.length} numbers for ${outChannels} output channels`);
  }
}
