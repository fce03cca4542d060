/** Links, files, and the runs that this browser has kept. */
import { SphereGradError } from '../../../src/index.js';
import type { Architecture } from '../../../src/ngpt/index.js';
import type { App } from '../../app.js';
import { openData } from '../../data/open-data.js';
import { element, write } from '../../dom.js';
import { historiesCsv } from '../../keeping/csv.js';
import { download } from '../../keeping/download.js';
import type { Keeper } from '../../keeping/keeper.js';
import { readCheckpoint, requireCharacters } from '../../keeping/open-checkpoint.js';
import { NAMES } from '../../palette.js';
import { toLink } from '../../setup/link.js';
import type { SetupMode } from '../../setup/setup.js';
import { ARCHITECTURES } from '../../setup/train-settings.js';
import { QuestionError } from '../../training/client.js';
import type { Panel, PanelKind } from '../panel.js';
import { KEPT, runsTable } from './runs-table.js';

/** A checkpoint of a model that fits in a page is smaller. */
const MOST_BYTES = 500 * 2 ** 20;

export function keepingPanel(keeper: Keeper): PanelKind {
  return {
    title: 'Keep and share',
    sentence:
      'A link holds the whole setup and runs the same again, to the last digit on the same kind of browser; checkpoints are the files that ngpt sample, eval and train read.',
    pause: 1000,
    build: (host, app) => build(host, app, keeper),
  };
}

function build(host: HTMLElement, app: App, keeper: Keeper): Panel {
  const said = element('p', { id: 'kept', role: 'status' });
  const button = (id: string, label: string, task: () => Promise<string>) =>
    element(
      'button',
      {
        ...{ type: 'button', id },
        async onclick() {
          try {
            write(said, await task());
          } catch (error) {
            // What is wrong with a file or a question is for the visitor; anything else is a mistake of this page.
            if (!(error instanceof SphereGradError || error instanceof QuestionError)) throw error;
            write(said, error.message);
          }
        },
      },
      label,
    );
  const chooser = element('input', { type: 'file', id: 'open-checkpoint', accept: '.safetensors' });
  chooser.addEventListener('change', async () => {
    const [file] = chooser.files ?? [];
    if (file === undefined) return;
    write(said, await openFile(app, file));
    chooser.value = '';
  });
  const runs = element('div', { className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'Runs' });
  const drawRuns = async () => {
    runs.replaceChildren(runsTable(await keeper.shelf.records(), keeper, (text) => write(said, text)));
  };
  host.append(
    element(
      'div',
      { className: 'row' },
      button('copy-link', 'Copy link', () => copyLink(app)),
      ...ARCHITECTURES.map((arch) =>
        button(`save-${arch}`, `Save ${NAMES[arch]}`, () => saveCheckpoint(app, arch)),
      ),
      button('save-text', 'Save text', () => saveText(app)),
      button('save-csv', 'Save losses (CSV)', async () => saveCsv(app)),
      element('label', { htmlFor: 'open-checkpoint' }, 'open a checkpoint'),
      chooser,
    ),
    said,
    element('h3', {}, 'Runs of this browser'),
    runs,
    element('small', {}, KEPT),
  );
  keeper.onRuns(() => void drawRuns());
  void drawRuns();
  return { draw() {} };
}

/** With the build that really runs, so that another browser computes the same or says that it cannot. */
async function copyLink(app: App): Promise<string> {
  const { mode } = app.run.models.ngpt.facts ?? app.setup;
  const link = new URL(toLink({ ...app.setup, mode: mode as SetupMode }), location.href).href;
  try {
    await navigator.clipboard.writeText(link);
    return 'The link is copied.';
  } catch {
    // Not allowed, or not over https.
    return `Copy this: ${link}`;
  }
}

async function saveCheckpoint(app: App, arch: Architecture): Promise<string> {
  const { step, checkpoint } = await app.run.checkpoint(arch);
  const name = `${arch}-step-${step}.safetensors`;
  download(name, new Blob([checkpoint as Uint8Array<ArrayBuffer>], { type: 'application/octet-stream' }));
  const which = app.run.models[arch].status === 'failed' ? `, the last good state of ${NAMES[arch]}` : '';
  return `${name} is saved${which}; npx ngpt sample --checkpoint ${name} writes with it, and with the text saved beside it npx ngpt eval --checkpoint ${name} measures it.`;
}

/** Under the name by which checkpoints know it: `ngpt` looks for it in the folder it is started in. */
async function saveText(app: App): Promise<string> {
  const { text, dataset } = await openData(app.setup, app.ownText);
  download(dataset.name, new Blob([text], { type: 'text/plain' }));
  return `${dataset.name} is saved; npx ngpt eval and npx ngpt train --init-from find it in the folder they are started in.`;
}

function saveCsv(app: App): string {
  const { ngpt, gpt } = app.run.models;
  const table = historiesCsv({ ngpt: ngpt.history, gpt: gpt.history });
  download('losses.csv', new Blob([table], { type: 'text/csv' }));
  return 'losses.csv is saved.';
}

/** The run on screen stays where the file is no good. */
async function openFile(app: App, file: File): Promise<string> {
  try {
    if (file.size > MOST_BYTES)
      return `${file.name} is too large for a page: ${Math.round(file.size / 2 ** 20)} MB.`;
    const checkpoint = new Uint8Array(await file.arrayBuffer());
    const { arch, step, setup } = readCheckpoint(checkpoint, app.setup);
    await requireCharacters(checkpoint, setup, app.ownText);
    app.begin({ setup, ownText: app.ownText, begin: { [arch]: { step, checkpoint } } });
    return `${NAMES[arch]} goes on from step ${step.toLocaleString('en')} of ${file.name}.`;
  } catch (error) {
    if (!(error instanceof SphereGradError)) throw error;
    return `${file.name}: ${error.message}`;
  }
}
