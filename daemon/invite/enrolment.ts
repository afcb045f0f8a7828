import { randomBytes } from 'node:crypto';
import { CounterfoilError, equalBytes, fromHex, hex, type OrgId, rfc3339, sha256, utf8 } from '../foundation/index.js';
import {
  certificateFingerprint,
  fingerprint,
  privateKeyFromSeed,
  rawPublicKey,
  type Signed,
  signDocument,
  signEd25519,
  verifyEd25519,
  verifySigned,
} from '../identity/index.js';
import { enrolmentDocument, readDocument, welcomeDocument } from './documents.js';
import { type Invite, type Party, secretSeed, usableCa } from './invite.js';
import { decodeText, encodeText } from './text.js';
import { transcriptOf, wordsOf } from './words.js';

const REPLY_PREFIX = 'cfr1';

/** A joiner's request, as sent to the enrolment listener or written as a reply text. */
export interface EnrolmentRequest {
  /** Kind "enrolment", by the joiner's organisation key. */
  enrolment: Signed;
  /** DER of the joiner's CA. */
  ca: Uint8Array;
  /** Ed25519 by the key derived from the invite's secret, over the enrolment document. 64 bytes. */
  proof: Uint8Array;
}

/** What a verified enrolment says of the joiner. */
export interface Joiner {
  invite: string;
  inviter: { id: OrgId; key: string };
  commitment: string;
  id: OrgId;
  name: string;
  key: Uint8Array;
  ca: Uint8Array;
  caFingerprint: Uint8Array;
  endpoint: string | undefined;
  secretKey: Uint8Array;
  nonce: Uint8Array;
  genesis: string;
  protocols: readonly string[];
  /** When the joiner's clock said it wrote this. */
  ts: number;
  /** SHA-256 of the enrolment document: names this enrolment from now on. */
  digest: Uint8Array;
}

/** The result of an enrolment, the same on both sides. */
export interface Acquaintance {
  transcript: Uint8Array;
  words: string;
}

const proofMessage = (document: Uint8Array) => Buffer.concat([utf8('counterfoil/enrolment-proof/1\n'), document]);

/** Writes the joiner's request for an invite. The nonce is drawn here, before the inviter's is known. */
export function writeEnrolment(invite: Invite, self: Party, now: number): EnrolmentRequest {
  const secretKey = privateKeyFromSeed(secretSeed(invite.secret));
  const enrolment = signDocument(self.signer, 'enrolment', {
    v: 1,
    invite: invite.id,
    inviter: { id: invite.inviter.id, key: fingerprint(invite.inviter.key) },
    commitment: hex(invite.commitment),
    joiner: { id: self.id, name: self.name, key: hex(self.signer.publicKey) },
    ca: hex(certificateFingerprint(self.ca)),
    endpoint: self.endpoint,
    secretKey: hex(rawPublicKey(secretKey)),
    nonce: hex(randomBytes(32)),
    genesis: self.genesis,
    protocols: self.protocols,
    ts: rfc3339(now),
  });
  return { enrolment, ca: self.ca, proof: signEd25519(secretKey, proofMessage(enrolment.document)) };
}

/** Reads a request and checks all that it proves by itself. `invite.invalid` otherwise. */
export function readEnrolment(request: EnrolmentRequest, now: number): Joiner {
  const { document } = request.enrolment;
  const said = readDocument(enrolmentDocument, document);
  const key = fromHex(said.joiner.key);
  const secretKey = fromHex(said.secretKey);
  if (!verifySigned(request.enrolment, 'enrolment', key))
    throw new CounterfoilError('invite.invalid', 'The enrolment was not signed by the organisation it names.');
  if (!verifyEd25519(secretKey, proofMessage(document), request.proof))
    throw new CounterfoilError(
      'invite.invalid',
      'The enrolment does not prove that it knows the secret of the invite.',
    );
  if (hex(sha256(request.ca)) !== said.ca || !usableCa(request.ca, now))
    throw new CounterfoilError(
      'invite.invalid',
      'The enrolment does not bring the certificate authority that it names.',
    );
  return {
    invite: said.invite,
    inviter: said.inviter,
    commitment: said.commitment,
    id: said.joiner.id,
    name: said.joiner.name,
    key,
    ca: request.ca,
    caFingerprint: sha256(request.ca),
    endpoint: said.endpoint,
    secretKey,
    nonce: fromHex(said.nonce),
    genesis: said.genesis,
    protocols: said.protocols,
    ts: said.ts,
    digest: sha256(document),
  };
}

/** The request as a text that the inviter pastes, where no listener can be reached. */
export function writeReply(request: EnrolmentRequest): string {
  const { document, signature } = request.enrolment;
  return encodeText(REPLY_PREFIX, [document, signature, request.ca, request.proof]);
}

/** Reads a reply text. `invite.invalid` when it is cut short or changed. */
export function parseReply(text: string): EnrolmentRequest {
  const [document, signature, ca, proof] = decodeText(REPLY_PREFIX, text, 4) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const key = fromHex(fingerprint(fromHex(readDocument(enrolmentDocument, document).joiner.key)));
  return { enrolment: { document, signature, key }, ca, proof };
}

/** True for a text that the inviter is to read, false for one that a joiner is to read. */
export const isReply = (text: string): boolean => text.trimStart().startsWith(REPLY_PREFIX);

/** The joiner's side of the reveal: checks the inviter's answer and gives the words. `invite.invalid` when it lies. */
export function readWelcome(invite: Invite, joiner: Joiner, welcome: Signed): Acquaintance {
  const said = readDocument(welcomeDocument, welcome.document);
  const nonce = fromHex(said.nonce);
  if (
    !verifySigned(welcome, 'welcome', invite.inviter.key) ||
    said.invite !== invite.id ||
    said.enrolment !== hex(joiner.digest) ||
    !equalBytes(sha256(nonce), invite.commitment)
  )
    throw new CounterfoilError('invite.invalid', 'The answer to the enrolment is not that of the inviter.', {
      hint: 'Someone may be in between. Ask for a new invite by another way.',
    });
  const inviter = { id: invite.inviter.id, key: invite.inviter.key, ca: invite.caFingerprint, nonce };
  const transcript = transcriptOf(inviter, { ...joiner, ca: joiner.caFingerprint }, invite.digest);
  return { transcript, words: wordsOf(transcript) };
}
