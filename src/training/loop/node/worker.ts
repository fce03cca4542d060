/** A worker thread of data-parallel training: makes the same steps as the main thread until it is ended. */
import { workerData } from 'node:worker_threads';
import { init } from '../../../tensor/index.js';
import { learningRateSchedule } from '../../settings/settings.js';
import { trainStep } from '../train-step.js';
import { resumeTraining } from '../training-state.js';
import { SharedGradients } from './shared-gradients.js';
import type { WorkerStart } from './threads.js';

const { index, memory, backend, backendOptions, settings, checkpoint, tokens } = workerData as WorkerStart;

await init(backend, backendOptions);
const state = await resumeTraining(checkpoint, settings, tokens);
const schedule = learningRateSchedule(settings);
const team = new SharedGradients(memory, index);

while (state.step < settings.maxIters) await trainStep(state, settings, schedule, team);
