/** One thread for all code of a page, begun when first needed, and anew after it was stopped. */
import type { Report, Request } from './messages.js';

/** Longer than any exercise needs; the chapters' programs take less than a second each. */
const LIMIT_S = 60;

let worker: Promise<Worker> | null = null;
let stopCurrent: (() => void) | null = null;

/** Stops what runs. */
export function stop(): void {
  stopCurrent?.();
}

/** Runs a request, after it stopped the one before; `onReport` hears all but the beginning and the end. */
export async function request(wanted: Request, onReport: (report: Report) => void): Promise<void> {
  stop();
  worker ??= begin();
  const thread = await worker;
  await new Promise<void>((resolve) => {
    const end = (message?: string): void => {
      clearTimeout(limit);
      thread.onmessage = null;
      stopCurrent = null;
      if (message !== undefined) {
        thread.terminate();
        worker = null;
        onReport({ kind: 'failed', message });
      }
      resolve();
    };
    const limit = setTimeout(() => end(`stopped after ${LIMIT_S} seconds`), LIMIT_S * 1000);
    stopCurrent = () => end('stopped');
    thread.onerror = ({ message }) => end(`the thread failed: ${message}`);
    thread.onmessage = ({ data }: MessageEvent<Report>) => (data.kind === 'done' ? end() : onReport(data));
    thread.postMessage(wanted);
  });
}

function begin(): Promise<Worker> {
  const thread = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  return new Promise((resolve, reject) => {
    thread.onmessage = () => resolve(thread);
    thread.onerror = ({ message }) => {
      worker = null;
      reject(new Error(`the code could not be loaded: ${message}`));
    };
  });
}
