import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Access } from '../../daemon/access/index.js';
import { type AdminService, startAdminServer } from '../../daemon/edge/index.js';
import { silentLog } from '../../daemon/foundation/index.js';
import { accessAdmin } from '../../daemon/root/admin/access.js';
import { EventHub } from '../../daemon/root/events.js';
import { openDatabase } from '../../daemon/store/index.js';
import { cannedAdmin } from './canned-admin.js';
import { ManualClock } from './clock.js';
import { temporaryFolder } from './folder.js';
import { MemoryJournal } from './journal.js';

export const PASSWORD = 'correct horse battery';
export const HOME_TOKEN = 'token-of-the-home';

export function room(t: TestContext) {
  const clock = new ManualClock();
  const journal = new MemoryJournal();
  const db = openDatabase(':memory:');
  t.after(() => db.close());
  const firstToken = join(temporaryFolder(t), 'first.token');
  const access = new Access({ db, clock, journal, firstToken, passwordCost: 10 });
  return { access, clock, journal, firstToken };
}

/** An admin listener with real users; everything behind it is canned. */
export async function listener(t: TestContext) {
  const { access, clock, journal, firstToken } = room(t);
  const page = temporaryFolder(t);
  writeFileSync(
    join(page, 'index.html'),
    '<!doctype html><meta property="csp-nonce" nonce="__NONCE__"><title>x</title>',
  );
  writeFileSync(join(page, 'logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  const hub = new EventHub();
  t.after(() => hub.close());
  const { service, asked } = cannedAdmin();
  const gateway = { id: 'acme.example', org: 'Acme', software: '0' };
  const recorded: unknown[] = [];
  const server = await startAdminServer(
    {
      ...{ token: HOME_TOKEN, id: 'acme.example', software: '0', log: silentLog, page, events: hub },
      service: { ...service, access: accessAdmin({ access, gateway }) } as AdminService,
      people: {
        ofSession: (secret, active) => access.sessions.principal(secret, active),
        ofToken: (text) => access.ofToken(text),
      },
      record: async (action) => void recorded.push(action),
      health: () => ({ ready: true, reasons: [], warnings: [] }),
    },
    { host: '127.0.0.1', port: 0 },
  );
  t.after(() => server.close());
  const base = `http://127.0.0.1:${server.address.port}`;
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await raw(base + path, method, body, headers);
    return { ...answer, json: /^\{[^\n]*$/.test(answer.text) ? JSON.parse(answer.text) : undefined };
  };
  /** What the page itself sends: its cookie, and what a browser says of where it comes from. */
  const own = (cookie: string) => ({ cookie, origin: base, 'sec-fetch-site': 'same-origin' });
  const signIn = async (name: string, password = PASSWORD) => {
    const answer = await call('POST', '/v1/session', { name, password }, { origin: base });
    assert.equal(answer.status, 200, answer.text);
    return own(answer.headers['set-cookie']![0]!.split(';')[0]!);
  };
  return { access, clock, journal, firstToken, base, call, signIn, own, asked, recorded, hub };
}

/** `fetch` does not let a test set Origin, Cookie and Sec-Fetch-Site. */
function raw(url: string, method: string, body: unknown, headers: Record<string, string>) {
  return new Promise<{
    status: number;
    text: string;
    headers: NodeJS.Dict<string | string[]> & { 'set-cookie'?: string[] };
  }>((resolve, reject) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(url, { method, headers: { ...type, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          text: Buffer.concat(chunks).toString(),
          headers: response.headers as never,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
