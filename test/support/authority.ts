import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { utf8 } from '../../daemon/foundation/index.js';
import { openTimestamp, timestampRequest } from '../../daemon/identity/index.js';
import type { LedgerParty } from './ledgers.js';

const CONFIG = `[ tsa ]
default_tsa = tsa1
[ tsa1 ]
serial = ./serial
signer_cert = ./tsa.pem
certs = ./ca.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.2
digests = sha256
accuracy = secs:1
tsa_name = yes
ess_cert_id_alg = sha256
`;

const EXTENSIONS = {
  tsa: 'extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\nbasicConstraints=CA:FALSE\n',
  other: 'extendedKeyUsage=serverAuth\nkeyUsage=critical,digitalSignature\nbasicConstraints=CA:FALSE\n',
};

/** Why a real time-stamping authority cannot run here; undefined where it can. */
export const noAuthority = ((): string | undefined => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' });
    return undefined;
  } catch {
    return 'openssl is not installed';
  }
})();

/** A time-stamping authority of its own kind: OpenSSL's `ts` behind an HTTP server on loopback. */
export class Authority {
  /** How it answers: as asked, with the answer to another question, with an error, with nothing of sense. */
  mode: 'honest' | 'replay' | 'refuse' | 'garbage' | 'huge' = 'honest';
  asked = 0;
  #first: Buffer | undefined;
  readonly #server: Server;

  private constructor(readonly folder: string) {
    this.#server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const answer = this.answer(Buffer.concat(pieces));
        response.writeHead(this.mode === 'refuse' ? 503 : 200, { 'content-type': 'application/timestamp-reply' });
        response.end(answer);
      });
    });
  }

  /** `kind`: whether its certificate is for time-stamping, as it has to be. */
  static async open(
    folder: string,
    kind: keyof typeof EXTENSIONS = 'tsa',
    key: readonly string[] = ['rsa:2048'],
  ): Promise<Authority> {
    const run = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
    writeFileSync(join(folder, 'tsa.cnf'), CONFIG);
    writeFileSync(join(folder, 'serial'), '01\n');
    writeFileSync(join(folder, 'extensions'), EXTENSIONS[kind]);
    const ca = ['-keyout', 'ca.key', '-out', 'ca.pem', '-days', '3650', '-subj', '/CN=Test root'];
    run('req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...ca);
    run('req', '-newkey', ...key, '-nodes', '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/O=Notary/CN=Test TSA');
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '3650', '-extfile', 'extensions'];
    run('x509', '-req', '-in', 'tsa.csr', '-out', 'tsa.pem', ...signed);
    const authority = new Authority(folder);
    await new Promise<void>((resolve) => authority.#server.listen(0, '127.0.0.1', resolve));
    return authority;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  get ca(): string {
    return join(this.folder, 'ca.pem');
  }

  /** SHA-256 of a certificate, hex: what a policy names. */
  fingerprint(which: 'ca' | 'tsa'): string {
    const { raw } = new X509Certificate(readFileSync(join(this.folder, `${which}.pem`)));
    return createHash('sha256').update(raw).digest('hex');
  }

  /** The response to a query, both DER. */
  answer(query: Uint8Array): Buffer {
    this.asked++;
    if (this.mode === 'garbage') return Buffer.from('nothing of sense');
    if (this.mode === 'huge') return Buffer.alloc(1024 * 1024, 48);
    writeFileSync(join(this.folder, 'query'), query);
    const words = ['ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'query', '-out', 'reply'];
    execFileSync('openssl', words, { cwd: this.folder, stdio: 'pipe' });
    const reply = readFileSync(join(this.folder, 'reply'));
    this.#first ??= reply;
    return this.mode === 'replay' ? this.#first : reply;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

/** Lets an authority stamp the head of a party's master log, as a gateway does. */
export async function stamp(party: LedgerParty, authority: Authority, anchors?: string): Promise<void> {
  const head = party.ledger.anchors.masterHead();
  const data = utf8(head.note);
  const { der, nonce } = timestampRequest(data);
  await party.ledger.anchors.keep(head, await openTimestamp(authority.answer(der), { data, nonce, anchors }));
}
