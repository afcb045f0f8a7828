export { countersign, type Envelope, isSignedBy, readEnvelope, signEnvelope } from './dsse.js';
export { fingerprint, privateKeyFromSeed, rawPublicKey, signEd25519, verifyEd25519 } from './ed25519.js';
export { type KeyHandover, signHandover, successorOf } from './handover.js';
export { Identity } from './identity.js';
export { openSealed, SEALED_KEY_BYTES, sealTo } from './sealing.js';
export { parseCanonical, type Signed, type Signer, signDocument, verifySigned } from './signed.js';
export { openTimestamp, timestampRequest } from './timestamp.js';
export type { TlsMaterial } from './transport.js';
export { certificateFingerprint, certificatePem, issuedBy, organisationOf, readCertificate, validity } from './x509.js';
