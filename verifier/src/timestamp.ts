import { Certificate, ContentInfo, SignedData, TSTInfo } from 'pkijs';
import { digest, equal, hex, utf8 } from './bytes.js';

const SHA256 = '2.16.840.1.101.3.4.2.1';
const TIMESTAMPING = '1.3.6.1.5.5.7.3.8';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const MOST_BYTES = 64 * 1024;
const MOST_CERTIFICATES = 16;

/** What a time-stamp (RFC 3161 TimeStampToken) says, where its own signature holds. */
export interface Stamp {
  /** Milliseconds since the epoch. */
  time: number;
  /** Common name of the certificate that signed. */
  authority: string;
  /** SHA-256, hex, of the certificates of the token that lead from its signer upwards, the signer first. */
  chain: string[];
}

/** Thrown where a token is not over the text that it should be over. */
export class OtherImprint extends RangeError {}

/**
 * Opens a token over SHA-256 of a text. Throws RangeError with a phrase when it is malformed, its signature does not hold,
 * or its certificate is not for time-stamping at that time. Whether the authority is to be trusted is for the caller.
 */
export async function openStamp(token: Uint8Array, text: string): Promise<Stamp> {
  if (token.length > MOST_BYTES) throw new RangeError('is longer than a time-stamp may be');
  const { signed, info } = parsed(token);
  const imprint = info.messageImprint;
  if (imprint.hashAlgorithm.algorithmId !== SHA256) throw new RangeError('uses another hash than SHA-256');
  if (!equal(new Uint8Array(imprint.hashedMessage.valueBlock.valueHexView), digest(utf8(text))))
    throw new OtherImprint('was made for something else');
  const signer = await signerOf(signed, text);
  const time = info.genTime.getTime();
  if (!isForStamps(signer)) throw new RangeError('is signed with a certificate that is not for time-stamping');
  if (!isValidAt(signer, time)) throw new RangeError('is dated outside the time of its certificate');
  const chain = await chainFrom(signer, certificatesOf(signed), time);
  return { time, authority: commonName(signer), chain: chain.map(fingerprintOf) };
}

function parsed(token: Uint8Array): { signed: SignedData; info: TSTInfo } {
  try {
    const signed = new SignedData({ schema: ContentInfo.fromBER(new Uint8Array(token)).content });
    const content = signed.encapContentInfo.eContent;
    if (content === undefined || signed.signerInfos.length !== 1) throw new RangeError('is of no known form');
    return { signed, info: TSTInfo.fromBER(content.getValue()) };
  } catch {
    throw new RangeError('is no time-stamp');
  }
}

async function signerOf(signed: SignedData, text: string): Promise<Certificate> {
  const data = new Uint8Array(utf8(text)).buffer;
  try {
    const { signatureVerified, signerCertificate } = await signed.verify({ signer: 0, data, extendedMode: true });
    if (signatureVerified === true && signerCertificate) return signerCertificate;
  } catch {
    // said below
  }
  throw new RangeError('is not signed: its signature does not hold');
}

function certificatesOf(signed: SignedData): Certificate[] {
  return (signed.certificates ?? []).filter((item) => item instanceof Certificate).slice(0, MOST_CERTIFICATES);
}

/** The signer's certificate and those of the token that issued it, one after the other. */
async function chainFrom(signer: Certificate, known: readonly Certificate[], time: number): Promise<Certificate[]> {
  const chain = [signer];
  for (;;) {
    const last = chain.at(-1)!;
    if (last.issuer.isEqual(last.subject)) return chain;
    const issuer = await find(known, async (candidate) => {
      const fits = candidate.subject.isEqual(last.issuer) && isAuthority(candidate) && isValidAt(candidate, time);
      return fits && !chain.includes(candidate) && (await last.verify(candidate).catch(() => false));
    });
    if (issuer === undefined) return chain;
    chain.push(issuer);
  }
}

async function find<T>(items: readonly T[], holds: (item: T) => Promise<boolean>): Promise<T | undefined> {
  for (const item of items) if (await holds(item)) return item;
  return undefined;
}

const isValidAt = ({ notBefore, notAfter }: Certificate, time: number): boolean =>
  notBefore.value.getTime() <= time && time <= notAfter.value.getTime();

const extension = (certificate: Certificate, id: string): unknown =>
  certificate.extensions?.find(({ extnID }) => extnID === id)?.parsedValue;

const isAuthority = (certificate: Certificate): boolean =>
  (extension(certificate, '2.5.29.19') as { cA?: boolean } | undefined)?.cA === true;

function isForStamps(certificate: Certificate): boolean {
  const purposes = (extension(certificate, EXTENDED_KEY_USAGE) as { keyPurposes?: string[] } | undefined)?.keyPurposes;
  return purposes?.length === 1 && purposes[0] === TIMESTAMPING;
}

function commonName({ subject }: Certificate): string {
  const name = subject.typesAndValues.find(({ type }) => String(type) === '2.5.4.3');
  return String(name?.value.valueBlock.value ?? 'unnamed').slice(0, 200);
}

const fingerprintOf = (certificate: Certificate): string =>
  hex(digest(new Uint8Array(certificate.toSchema(true).toBER())));
