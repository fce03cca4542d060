/** The setup of the run on screen stands in the address of the page, and a link that is followed there begins another. */
import type { App } from './app.js';
import { fromLink, type ReadLink, toLink } from './setup/link.js';
import type { Setup } from './setup/setup.js';

/**
 * @param read - what the page was opened with
 * @param begin - begins a run in place of the one on screen
 */
export function keepAddress(app: App, read: ReadLink, begin: (setup: Setup) => void): void {
  const write = () => history.replaceState(null, '', toLink(app.setup));
  const complain = ({ problems }: ReadLink) => {
    write();
    app.say(problems.join(' '));
  };
  app.on((news) => {
    if (news === 'run' || news === 'setup') write();
  });
  if (read.problems.length > 0) complain(read);
  // A link that is followed within the page, or pasted into its address.
  addEventListener('hashchange', () => {
    const followed = fromLink(location.hash);
    // The run on screen is worth more than a link with nonsense in it.
    if (followed.problems.length > 0) complain(followed);
    else begin(followed.setup);
  });
}
