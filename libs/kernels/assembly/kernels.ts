// Every kernel by its code. A kernel is a function (arguments, tile); its builder in src/ says what the arguments are.

import { affine } from './affine';
import { convolution, convolutionFilterGradient, packFilterAcross } from './convolution';
import { activate, activateGradient, add, copy, copyRows, fill, multiply, scale, standardise } from './elementwise';
import { depthwise, depthwiseFilterGradient, depthwiseInputGradient } from './depthwise';
import { depthwiseFilterGradientStrips, depthwiseInputGradientStrips, depthwiseStrips } from './depthwise-strips';
import { focal } from './focal';
import { gemm, gemmAcross, sumProducts } from './gemm';
import { convolutionInt8, depthwiseInt8, dequantise, quantise } from './int8';
import { mix } from './mix';
import { batchMoments, batchSlopes, batchStatistics, normalise, normaliseGradient, slopeSums } from './normalisation';
import { adamStep, movingAverage, sgdStep, squares, sumDoubles } from './optimiser';
import { packPanels, packPanelsAcross } from './packing';
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pooling';
import { sumParts, sumRows } from './reduction';
import { resizeNearest, resizeNearestGradient } from './resize';
import { csr, groupSparse } from './sparse';

export enum Kernel {
  gemm,
  gemmAcross,
  sumProducts,
  packPanels,
  packPanelsAcross,
  convolution,
  convolutionFilterGradient,
  packFilterAcross,
  fill,
  activate,
  activateGradient,
  add,
  copy,
  copyRows,
  multiply,
  scale,
  standardise,
  mix,
  depthwise,
  depthwiseFilterGradient,
  depthwiseInputGradient,
  depthwiseStrips,
  depthwiseFilterGradientStrips,
  depthwiseInputGradientStrips,
  batchMoments,
  batchSlopes,
  batchStatistics,
  normalise,
  normaliseGradient,
  slopeSums,
  adamStep,
  movingAverage,
  sgdStep,
  squares,
  sumDoubles,
  averagePool,
  averagePoolGradient,
  maxPool,
  maxPoolGradient,
  sumParts,
  sumRows,
  resizeNearest,
  resizeNearestGradient,
  convolutionInt8,
  depthwiseInt8,
  dequantise,
  quantise,
  csr,
  groupSparse,
  affine,
  focal,
}

export function runTile(kernel: i32, args: usize, tile: i32): void {
  switch (kernel) {
    case Kernel.gemm:
      return gemm(args, tile);
    case Kernel.gemmAcross:
      return gemmAcross(args, tile);
    case Kernel.sumProducts:
      return sumProducts(args, tile);
    case Kernel.packPanels:
      return packPanels(args, tile);
    case Kernel.packPanelsAcross:
      return packPanelsAcross(args, tile);
    case Kernel.convolution:
      return convolution(args, tile);
    case Kernel.convolutionFilterGradient:
      return convolutionFilterGradient(args, tile);
    case Kernel.packFilterAcross:
      return packFilterAcross(args, tile);
    case Kernel.fill:
      return fill(args, tile);
    case Kernel.activate:
      return activate(args, tile);
    case Kernel.activateGradient:
      return activateGradient(args, tile);
    case Kernel.add:
      return add(args, tile);
    case Kernel.copy:
      return copy(args, tile);
    case Kernel.copyRows:
      return copyRows(args, tile);
    case Kernel.multiply:
      return multiply(args, tile);
    case Kernel.scale:
      return scale(args, tile);
    case Kernel.standardise:
      return standardise(args, tile);
    case Kernel.mix:
      return mix(args, tile);
    case Kernel.depthwise:
      return depthwise(args, tile);
    case Kernel.depthwiseFilterGradient:
      return depthwiseFilterGradient(args, tile);
    case Kernel.depthwiseInputGradient:
      return depthwiseInputGradient(args, tile);
    case Kernel.depthwiseStrips:
      return depthwiseStrips(args, tile);
    case Kernel.depthwiseFilterGradientStrips:
      return depthwiseFilterGradientStrips(args, tile);
    case Kernel.depthwiseInputGradientStrips:
      return depthwiseInputGradientStrips(args, tile);
    case Kernel.batchMoments:
      return batchMoments(args, tile);
    case Kernel.batchSlopes:
      return batchSlopes(args, tile);
    case Kernel.batchStatistics:
      return batchStatistics(args, tile);
    case Kernel.normalise:
      return normalise(args, tile);
    case Kernel.normaliseGradient:
      return normaliseGradient(args, tile);
    case Kernel.slopeSums:
      return slopeSums(args, tile);
    case Kernel.adamStep:
      return adamStep(args, tile);
    case Kernel.movingAverage:
      return movingAverage(args, tile);
    case Kernel.sgdStep:
      return sgdStep(args, tile);
    case Kernel.squares:
      return squares(args, tile);
    case Kernel.sumDoubles:
      return sumDoubles(args, tile);
    case Kernel.averagePool:
      return averagePool(args, tile);
    case Kernel.averagePoolGradient:
      return averagePoolGradient(args, tile);
    case Kernel.maxPool:
      return maxPool(args, tile);
    case Kernel.maxPoolGradient:
      return maxPoolGradient(args, tile);
    case Kernel.sumParts:
      return sumParts(args, tile);
    case Kernel.sumRows:
      return sumRows(args, tile);
    case Kernel.resizeNearest:
      return resizeNearest(args, tile);
    case Kernel.resizeNearestGradient:
      return resizeNearestGradient(args, tile);
    case Kernel.convolutionInt8:
      return convolutionInt8(args, tile);
    case Kernel.depthwiseInt8:
      return depthwiseInt8(args, tile);
    case Kernel.dequantise:
      return dequantise(args, tile);
    case Kernel.quantise:
      return quantise(args, tile);
    case Kernel.csr:
      return csr(args, tile);
    case Kernel.groupSparse:
      return groupSparse(args, tile);
    case Kernel.affine:
      return affine(args, tile);
    case Kernel.focal:
      return focal(args, tile);
    default:
      unreachable();
  }
}
