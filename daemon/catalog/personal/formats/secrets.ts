/** Shapes of keys and tokens that their issuers document, each with a fixed beginning. */
const TOKEN =
  /(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{40,}|\bglpat-[\w-]{20,}|\bxox[abeoprs]-[\w-]{10,}|\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|\bAIza[\w-]{35}|\bya29\.[\w-]{20,}|\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{20,}|\bnpm_[A-Za-z0-9]{36}|\bSG\.[\w-]{16,}\.[\w-]{16,}|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----|\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|\$argon2(?:id|i|d)\$|\$6\$[^$\s]{1,16}\$[./A-Za-z0-9]{80,}/;
const SAID =
  /\b(?:pass(?:word|wd|phrase)|pwd|api[_-]?key|secret[_-]?key|access[_-]?token|client[_-]?secret)["']?\s*[:=]\s*["']?[^\s"'*]{6,}/i;

/** A key, a token, a password hash or a private key, by its own form. */
export function holdsToken(text: string): boolean {
  return TOKEN.test(text);
}

/** A password or key that the text says to be one. */
export function holdsSaidSecret(text: string): boolean {
  return SAID.test(text);
}
