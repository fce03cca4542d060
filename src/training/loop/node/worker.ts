/**
 * A worker thread of data-parallel training: does what the main thread does until it is ended.
 * Explained in docs/learn/13-threads-and-gpu.md.
 */
import { workerData } from 'node:worker_threads';
import { init } from '../../../tensor/index.js';
import { learningRateSchedule } from '../../settings/settings.js';
import { evaluateBoth } from '../evaluate.js';
import { trainStep } from '../train-step.js';
import { resumeTraining } from '../training-state.js';
import { ThreadTeam } from './thread-team.js';
import type { WorkerStart } from './threads.js';

const { index, memory, backend, backendOptions, settings, checkpoint, tokens } = workerData as WorkerStart;

await init(backend, backendOptions);
const state = await resumeTraining(checkpoint, settings, tokens.train, { index, size: memory.size });
const schedule = learningRateSchedule(settings);
const team = new ThreadTeam(memory, index, state.optimizer);
const tasks = {
  step: () => trainStep(state, settings, schedule, team),
  evaluate: () => evaluateBoth(state.model, tokens, settings, { team }),
  save: () => team.moments(),
};

for (;;) await tasks[await team.next()]();
