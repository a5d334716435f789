import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Detection } from '@edgelore/detection';
import { suppress } from '@edgelore/detection';

/** A detector that an owner would download instead of training one, as [x, y, w, h] boxes in pixels of the given image. */
export interface Yardstick {
  readonly name: string;
  readonly bytes: number;
  detect(image: { pixels: Uint8Array; width: number; height: number }): Promise<Detection[]>;
}

interface OnnxTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}
interface OnnxSession {
  readonly inputNames: readonly string[];
  run(feeds: Record<string, OnnxTensor>): Promise<Record<string, OnnxTensor>>;
}
interface OnnxRuntime {
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OnnxTensor;
  readonly InferenceSession: { create(path: string, options: object): Promise<OnnxSession> };
}

const RUNTIME = 'onnxruntime-node@1.30.0';
const HOME = fileURLToPath(new URL('../../.edgelore/yardsticks/', import.meta.url));
const SCORE_FLOOR = 0.02;

/** onnxruntime is a comparator only: kept out of the dependencies, fetched without its install scripts when a bench asks for it. */
export function openOnnxRuntime(): OnnxRuntime | undefined {
  if (!existsSync(`${HOME}node_modules/onnxruntime-node`)) {
    mkdirSync(HOME, { recursive: true });
    const npm = spawnSync(
      'npm',
      ['install', '--prefix', HOME, '--ignore-scripts', '--no-audit', '--no-fund', RUNTIME],
      { encoding: 'utf8' },
    );
    if (npm.status !== 0) return undefined;
  }
  return createRequire(HOME)('onnxruntime-node') as OnnxRuntime;
}

/** Greedy non-maximum suppression at IoU 0.4, best score first. */
function withoutOverlaps(found: Detection[]): Detection[] {
  const ordered = [...found].sort((a, b) => b.score - a.score);
  const rows = suppress(Float32Array.from(ordered.flatMap(({ box }) => [...box])), 0.4, 200);
  return rows.flatMap((row) => ordered[row] ?? []);
}

const SESSION = { logSeverityLevel: 3, intraOpNumThreads: 1 };

/** YuNet-n (libfacedetection): BGR 0..255 at the stored size, padded to a multiple of 32; strides 8, 16, 32, no anchors. */
export async function openYuNet(runtime: OnnxRuntime, path: string, bytes: number): Promise<Yardstick> {
  const session = await runtime.InferenceSession.create(path, SESSION);
  return {
    name: 'YuNet-n',
    bytes,
    async detect({ pixels, width, height }) {
      const w = Math.ceil(width / 32) * 32;
      const h = Math.ceil(height / 32) * 32;
      const input = new Float32Array(3 * w * h);
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          for (let c = 0; c < 3; c++) input[(2 - c) * w * h + y * w + x] = pixels[(y * width + x) * 3 + c] ?? 0;
      const outputs = await session.run({
        [session.inputNames[0] ?? 'input']: new runtime.Tensor('float32', input, [1, 3, h, w]),
      });
      const found: Detection[] = [];
      for (const stride of [8, 16, 32]) {
        const values = (name: string) => outputs[`${name}_${stride}`]?.data ?? new Float32Array();
        const [cls, obj, box] = [values('cls'), values('obj'), values('bbox')];
        const columns = w / stride;
        cls.forEach((value, cell) => {
          const score = Math.sqrt(Math.max(0, value) * Math.max(0, obj[cell] ?? 0));
          if (score < SCORE_FLOOR) return;
          const at = (k: number) => box[cell * 4 + k] ?? 0;
          const [bw, bh] = [Math.exp(at(2)) * stride, Math.exp(at(3)) * stride];
          const [cx, cy] = [((cell % columns) + at(0)) * stride, (Math.floor(cell / columns) + at(1)) * stride];
          found.push({ box: [cx - bw / 2, cy - bh / 2, bw, bh], score });
        });
      }
      return withoutOverlaps(found);
    },
  };
}

/** UltraFace RFB-320: RGB, (v - 127) / 128, stretched to 320 x 240; outputs are corner boxes in 0..1 and softmax scores. */
export async function openUltraFace(runtime: OnnxRuntime, path: string, bytes: number): Promise<Yardstick> {
  const session = await runtime.InferenceSession.create(path, SESSION);
  const { default: sharp } = await import('sharp');
  return {
    name: 'UltraFace RFB-320',
    bytes,
    async detect({ pixels, width, height }) {
      const small = await sharp(pixels, { raw: { width, height, channels: 3 } })
        .resize(320, 240, { fit: 'fill', kernel: 'linear' })
        .raw()
        .toBuffer();
      const input = new Float32Array(3 * 320 * 240);
      for (let i = 0; i < 320 * 240; i++)
        for (let c = 0; c < 3; c++) input[c * 320 * 240 + i] = ((small[i * 3 + c] ?? 0) - 127) / 128;
      const outputs = await session.run({
        [session.inputNames[0] ?? 'input']: new runtime.Tensor('float32', input, [1, 3, 240, 320]),
      });
      const [scores, boxes] = [outputs.scores?.data ?? new Float32Array(), outputs.boxes?.data ?? new Float32Array()];
      const found: Detection[] = [];
      for (let i = 0; i < scores.length / 2; i++) {
        const score = scores[i * 2 + 1] ?? 0;
        if (score < SCORE_FLOOR) continue;
        const at = (k: number) => boxes[i * 4 + k] ?? 0;
        found.push({ box: [at(0) * width, at(1) * height, (at(2) - at(0)) * width, (at(3) - at(1)) * height], score });
      }
      return withoutOverlaps(found);
    },
  };
}
