// Preloaded into a process: its calendar clock jumps by up to a year, back or forth, every tenth of a second.
const { now } = Date;
let offset = 0;
setInterval(() => {
  offset = (Math.random() - 0.5) * 2 * 365 * 24 * 3600 * 1000;
}, 100).unref();
globalThis.Date = class extends Date {
  constructor(...given) {
    if (given.length === 0) super(now() + offset);
    else super(...given);
  }

  static now() {
    return now() + offset;
  }
};
