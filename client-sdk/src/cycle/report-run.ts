import type { PlatformTrial } from '../platform/answers.js';
import type { PlatformClient } from '../platform/platform-client.js';
import type { RunResult } from '../train/run-result.js';

/** Reports a finished run under its own key: score, cost and learning curve, nothing of the images. */
export function reportRun(client: PlatformClient, taskId: string, result: RunResult): Promise<PlatformTrial> {
  const { reportId, configuration, ap50, seconds, steps, backend, curve } = result;
  return client.reportTrial({
    taskId,
    reportId,
    configuration,
    score: ap50,
    seconds,
    steps,
    backend,
    curve: curve.map((point) => ({ step: point.step, score: point.ap50 })),
  });
}
