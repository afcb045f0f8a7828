import { createHash, randomBytes } from 'node:crypto';
import { Integer, Null, OctetString } from 'asn1js';
import {
  AlgorithmIdentifier,
  Certificate,
  ContentInfo,
  MessageImprint,
  SignedData,
  TimeStampReq,
  TimeStampResp,
  TSTInfo,
} from 'pkijs';
import { CounterfoilError, printable } from '../foundation/index.js';

const SHA256 = '2.16.840.1.101.3.4.2.1';
const TIMESTAMPING = '1.3.6.1.5.5.7.3.8';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const NAMES: Readonly<Record<string, string>> = { '2.5.4.3': 'CN', '2.5.4.10': 'O', '2.5.4.6': 'C' };

export interface TimestampRequest {
  /** DER of a TimeStampReq (RFC 3161), to be posted as application/timestamp-query. */
  der: Uint8Array;
  nonce: Uint8Array;
}

/** A token that was given and holds. */
export interface Timestamp {
  /** DER of the TimeStampToken. */
  token: Uint8Array;
  /** Milliseconds since the epoch. */
  time: number;
  /** Subject of the certificate that signed. */
  authority: string;
}

/** Asks for a token over SHA-256 of some bytes, with the certificates that it needs in it. */
export function timestampRequest(data: Uint8Array): TimestampRequest {
  const nonce = randomBytes(8);
  nonce[0] = (nonce[0]! & 0x3f) | 0x40; // a positive integer of eight bytes
  const imprint = new MessageImprint({
    hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256, algorithmParams: new Null() }),
    hashedMessage: new OctetString({ valueHex: bufferOf(createHash('sha256').update(data).digest()) }),
  });
  const request = new TimeStampReq({
    version: 1,
    messageImprint: imprint,
    nonce: new Integer({ valueHex: bufferOf(nonce) }),
    certReq: true,
  });
  return { der: new Uint8Array(request.toSchema().toBER()), nonce };
}

/**
 * The token of an authority's answer, when it is over `data`, answers the request, and is signed by a certificate for
 * time-stamping that leads to one of `anchors` (PEM; without them, whoever signed). `anchor.failed` otherwise.
 */
export async function openTimestamp(
  response: Uint8Array,
  { data, nonce, anchors }: { data: Uint8Array; nonce: Uint8Array; anchors?: string | undefined },
): Promise<Timestamp> {
  try {
    const { status, timeStampToken } = TimeStampResp.fromBER(response);
    if (status.status > 1 || timeStampToken === undefined)
      throw failed(`refused: status ${status.status} ${printable(status.statusStrings?.[0]?.valueBlock.value ?? '')}`);
    const token = new Uint8Array(timeStampToken.toSchema().toBER());
    return await verified(token, data, nonce, anchors);
  } catch (error) {
    throw error instanceof CounterfoilError ? error : failed('gave something that is no time-stamp response', error);
  }
}

async function verified(
  token: Uint8Array,
  data: Uint8Array,
  nonce: Uint8Array,
  anchors: string | undefined,
): Promise<Timestamp> {
  const signed = new SignedData({ schema: ContentInfo.fromBER(token).content });
  const content = signed.encapContentInfo.eContent;
  if (content === undefined || signed.signerInfos.length !== 1) throw failed('gave a token of an unknown form');
  const info = TSTInfo.fromBER(content.getValue());
  const given = info.nonce === undefined ? undefined : Buffer.from(info.nonce.valueBlock.valueHexView);
  if (given === undefined || !given.equals(nonce)) throw failed('answered another request');
  const trusted = anchors === undefined ? [] : certificatesOf(anchors);
  const result = await signed
    .verify({
      signer: 0,
      data: bufferOf(data),
      checkDate: info.genTime,
      checkChain: trusted.length > 0,
      trustedCerts: trusted,
      extendedMode: true,
    })
    .catch((error: unknown) => {
      throw failed(`gave a token that does not hold (${error instanceof Error ? error.message : 'unreadable'})`, error);
    });
  const signer = result.signerCertificate;
  if (result.signatureVerified !== true || signer == null) throw failed('gave a token whose signature does not hold');
  if (!isForTimestamping(signer)) throw failed('signs with a certificate that is not for time-stamping');
  return { token, time: info.genTime.getTime(), authority: subjectOf(signer) };
}

function isForTimestamping(certificate: Certificate): boolean {
  const usage = certificate.extensions?.find(({ extnID }) => extnID === EXTENDED_KEY_USAGE)?.parsedValue as
    | { keyPurposes?: string[] }
    | undefined;
  return usage?.keyPurposes?.length === 1 && usage.keyPurposes[0] === TIMESTAMPING;
}

function subjectOf({ subject }: Certificate): string {
  const parts = subject.typesAndValues.map(
    ({ type, value }) => `${NAMES[String(type)] ?? String(type)}=${String(value.valueBlock.value)}`,
  );
  return (
    parts
      .join(', ')
      .replaceAll(/\p{Cc}/gu, ' ')
      .slice(0, 300) || 'unnamed'
  );
}

function certificatesOf(pem: string): Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => Certificate.fromBER(Buffer.from(block.replace(/-----[^-]*-----|\s/g, ''), 'base64')));
}

const failed = (what: string, cause?: unknown): CounterfoilError =>
  new CounterfoilError('anchor.failed', `The time-stamping authority ${what}.`, { cause });

/** WebCrypto's types want the bytes alone in their buffer. */
const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
