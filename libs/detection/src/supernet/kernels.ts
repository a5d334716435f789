import { KernelRuntime } from '@edgelore/kernels';
import { kernelRuntime } from '@edgelore/tensor';

/** Work on the given kernels, else on the tensor engine's, else on some that end with it. */
export async function onKernels<Result>(
  given: KernelRuntime | undefined,
  work: (runtime: KernelRuntime) => Promise<Result>,
): Promise<Result> {
  const shared = given ?? kernelRuntime();
  if (shared) return work(shared);
  const own = await KernelRuntime.start();
  try {
    return await work(own);
  } finally {
    own.dispose();
  }
}
