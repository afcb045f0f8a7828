import { verifyForkProof } from '../fork.js';
import type { BundleSource } from '../tar.js';
import { verifyBundles } from '../verify.js';
import { byId, el } from './dom.js';
import { renderProof, renderReport } from './report.js';

const drop = byId('drop');
const files = byId('files') as HTMLInputElement;
const policy = byId('policy') as HTMLTextAreaElement;
const progress = byId('progress');
const report = byId('report');

/** What was dropped last, so that a second file joins the first and a changed policy is applied. */
let chosen: File[] = [];
let run = 0;

/** Two notes and a proof of at most 64 hashes are far below. */
const MOST_PROOF_BYTES = 1024 * 1024;

function take(list: FileList | null | undefined): void {
  const added = [...(list ?? [])];
  if (added.length === 0) return;
  const proof = added.find(({ name }) => name.endsWith('.json'));
  if (proof !== undefined) {
    void checkProof(proof);
    return;
  }
  chosen = added.length > 1 || chosen.length !== 1 ? added.slice(0, 2) : [...chosen, ...added];
  if (added.length > 2) progress.textContent = 'More than two files: the first two are checked.';
  void check();
}

async function check(): Promise<void> {
  const mine = ++run;
  const total = chosen.reduce((sum, file) => sum + file.size, 0);
  let done = 0;
  const sources = chosen.map((file) =>
    sourceOf(file, (bytes) => {
      done += bytes;
      if (mine === run)
        progress.textContent = `Reading ${chosen.map(({ name }) => name).join(' and ')}: ${Math.floor((done / Math.max(total, 1)) * 100)} %`;
    }),
  );
  report.hidden = true;
  try {
    const text = policy.value.trim();
    const found = await verifyBundles(sources, text === '' ? {} : { policy: text });
    if (mine !== run) return;
    report.replaceChildren(...renderReport(found));
    progress.textContent = `Checked ${chosen.map(({ name }) => name).join(' and ')}.${chosen.length === 1 ? " Drop the other party's bundle to hold it against this one." : ''}`;
  } catch (error) {
    if (mine !== run) return;
    const message = error instanceof Error ? error.message : String(error);
    report.replaceChildren(
      el('div', { class: 'verdict bad', id: 'verdict' }, el('strong', {}, 'Not checked'), el('span', {}, message)),
    );
    progress.textContent = '';
  }
  report.hidden = false;
}

/** A proof of a fork, as this page, the command or a gateway has written it, needs no bundle. */
async function checkProof(file: File): Promise<void> {
  const mine = ++run;
  chosen = [];
  const text = file.size > MOST_PROOF_BYTES ? '' : await file.text().catch(() => '');
  if (mine !== run) return;
  report.replaceChildren(...renderProof(verifyForkProof(text), file.name));
  progress.textContent = `Checked ${file.name}.`;
  report.hidden = false;
}

function sourceOf(file: File, read: (bytes: number) => void): BundleSource {
  return {
    name: file.name,
    async *chunks() {
      const reader = file.stream().getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        read(value.length);
        yield value;
      }
    },
  };
}

files.addEventListener('change', () => {
  take(files.files);
  files.value = ''; // so that the same file can be chosen again
});
policy.addEventListener('change', () => {
  if (chosen.length > 0) void check();
});
for (const type of ['dragenter', 'dragover'] as const) {
  document.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
}
for (const type of ['dragleave', 'drop'] as const) document.addEventListener(type, () => drop.classList.remove('over'));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  take(event.dataTransfer?.files);
});
