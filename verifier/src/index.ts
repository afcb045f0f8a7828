export const VERIFIER_VERSION = 1;
