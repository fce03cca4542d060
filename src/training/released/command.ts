/**
 * The command line with which the released train.py goes on with a run, or begins one.
 * Explained in docs/scale-out.md.
 */
import type { TrainSettings } from '../settings/settings.js';
import { TRAIN_FLAGS, type TrainFlag } from './interface.js';

export interface ReleasedCommand {
  readonly settings: TrainSettings;
  /** Steps made so far: train.py resumes, or, where it is null, begins with weights of its own. */
  readonly step: number | null;
  /** Its folder in `data/`. */
  readonly dataset: string;
}

/** As its launcher has it: more at a time may not fit into a GPU's memory. */
const TOKENS_AT_A_TIME = 8192;

/**
 * `run.sh`: starts train.py, or what mends its rotary embedding first, with every setting of the run. Steps, batches
 * and rates are those of the run here, however many processes share a batch.
 */
export function runScript(command: ReleasedCommand): string {
  const { settings, step } = command;
  const { batchSize, blockSize, rope } = settings;
  const program = rope === 'rotary' ? 'train_rotary.py' : 'train.py';
  const flags = flagsOf(command).map(([name, value]) => `  --${name}=${shown(name, value)} \\`);
  return `#!/bin/sh
# ${step === null ? 'Trains' : 'Goes on with'} a run of SphereGrad in the released nGPT code, whose train.py lies beside this file.
#   sh run.sh --compile=True          on one GPU; options of train.py given here win over those below
#   PROCESSES=8 sh run.sh             on 8 GPUs of this machine, which share each batch
#   BATCH=512 PROCESSES=8 sh run.sh   with batches of 512 sequences
#   PROCESSES=16 LAUNCH="torchrun --nnodes 2 --nproc_per_node 8 ..." sh run.sh   on two machines
set -eu
cd "$(dirname "$0")"
processes=\${PROCESSES:-1}
batch=\${BATCH:-${batchSize}}
if [ $((batch % processes)) -ne 0 ]; then
  echo "run.sh: $processes processes cannot share batches of $batch; BATCH=N gives another size" >&2
  exit 2
fi
# Each process takes at most ${atATime(blockSize)} sequences at a time.
accumulation=$processes
while [ $((batch % accumulation)) -ne 0 ] || [ $((batch / accumulation)) -gt ${atATime(blockSize)} ]; do
  accumulation=$((accumulation + processes))
done
if [ "$processes" -eq 1 ]; then launch=\${LAUNCH:-python3}
else launch=\${LAUNCH:-torchrun --standalone --nproc_per_node $processes}; fi
# Since torch 2.6 it would not load the configuration that train.py itself writes into ckpt.pt.
export TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD=1
exec $launch ${program} \\
${flags.join('\n')}
  --batch_size=$((batch / accumulation)) --gradient_accumulation_steps=$accumulation "$@"
`;
}

function atATime(blockSize: number): number {
  return Math.max(1, Math.floor(TOKENS_AT_A_TIME / blockSize));
}

type Flag = [name: TrainFlag, value: number | string];

function flagsOf({ settings, step, dataset }: ReleasedCommand): Flag[] {
  const { arch, nLayer, nHead, nEmbd, blockSize } = settings;
  const { evalInterval, maxIters, lastStep } = stepsOf(settings, step ?? 0);
  return [
    ['init_from', step === null ? 'scratch' : 'resume'],
    ['dataset', dataset],
    ['use_nGPT', arch === 'ngpt' ? 1 : 0],
    ['n_layer', nLayer],
    ['n_head', nHead],
    ['n_embd', nEmbd],
    // The checkpoint's is the model's; the batches are as long as this one says.
    ['block_size', blockSize],
    ['learning_rate', settings.learningRate],
    ['min_lr', settings.minLr],
    ['warmup_iters', settings.warmupIters],
    // Where both are equal its cosine divides by zero.
    ['lr_decay_iters', Math.max(maxIters, settings.warmupIters + 1)],
    ['weight_decay', settings.weightDecay],
    ['beta1', settings.beta1],
    ['beta2', settings.beta2],
    ['grad_clip', settings.gradClip],
    ['max_iters', lastStep],
    ['eval_interval', evalInterval],
    ['eval_iters', settings.evalIters],
  ];
}

/**
 * train.py evaluates and saves at the multiples of its interval only: one has to be the step that it begins with, else
 * it ends there at a loss it does not have, and one the last, else what follows the one before is lost. A run that is
 * finished gets as many steps again.
 */
export function stepsOf(
  settings: Pick<TrainSettings, 'evalInterval' | 'maxIters'>,
  step: number,
): { evalInterval: number; maxIters: number; lastStep: number } {
  const maxIters = step < settings.maxIters ? settings.maxIters : Math.max(1, 2 * step);
  const wanted = Math.min(settings.evalInterval, maxIters);
  const evalInterval = step === 0 ? wanted : nearestDivisor(step, wanted);
  return { evalInterval, maxIters, lastStep: Math.ceil(maxIters / evalInterval) * evalInterval };
}

/** In ratio: half of what is wanted is as far off as twice of it. */
function nearestDivisor(n: number, wanted: number): number {
  let nearest = n;
  const distance = (divisor: number) => Math.abs(Math.log(divisor / wanted));
  for (let small = 1; small * small <= n; small++) {
    if (n % small !== 0) continue;
    for (const divisor of [small, n / small]) if (distance(divisor) < distance(nearest)) nearest = divisor;
  }
  return nearest;
}

/** A value in Python's notation for its type. */
function shown(name: TrainFlag, value: number | string): string {
  const text = String(value);
  return TRAIN_FLAGS[name] === 'float' && /^-?\d+$/.test(text) ? `${text}.0` : text;
}
