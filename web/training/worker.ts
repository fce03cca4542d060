/** The worker of one model: it has a thread, a memory and a backend of its own. */
import { Driver } from './driver.js';
import type { Command } from './protocol.js';

const driver = new Driver((message) => postMessage(message));
addEventListener('message', ({ data }: MessageEvent<Command>) => driver.receive(data));
