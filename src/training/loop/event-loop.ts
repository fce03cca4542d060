/**
 * Lets the event loop turn once, so that signals, timers and pages get their turn between two steps. Awaiting a
 * tensor of a synchronous backend does not: it is done before the loop comes round.
 */
export function nextTurn(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => setImmediate(resolve));
  // Browsers delay nested timeouts by 4 ms, messages not.
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
