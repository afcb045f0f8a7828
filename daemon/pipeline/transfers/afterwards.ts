import { base64, canonicalJson, utf8 } from '../../foundation/index.js';
import type { Signed } from '../../identity/index.js';
import type { Before } from '../beside/index.js';
import { drop } from './kept.js';
import { openLeft } from './left.js';
import type { Context } from './shared.js';
import type { Transfer } from './table.js';

/** What the checks over the last delivery under an agreement left, for comparing this version with it. */
export function before({ table, ports }: Context, agreement: string, version: string): Before | undefined {
  const id = table.before(agreement, version);
  return id === undefined ? undefined : openLeft(ports.keyBox, id, table.document(id, 'checked')!);
}

/** Notes that what landed is gone, with the signed word of the consumer. What would tell of the values goes too. */
export function noteDeleted(
  context: Context,
  id: string,
  deleted: { at: string; reason: string },
  { document, signature, key }: Signed,
): Transfer {
  const { table, changed } = context;
  const deletion = { document: base64(document), signature: base64(signature), key: base64(key) };
  const noted = table.note(id, { detail: { deleted }, documents: { deletion: utf8(canonicalJson(deletion)) } });
  table.drop(id, ['checked']);
  drop(context, noted);
  changed(id);
  return noted;
}
