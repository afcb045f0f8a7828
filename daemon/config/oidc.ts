import { z } from 'zod';
import { isLoopback } from './address.js';
import type { Environment } from './env.js';
import { secretOf } from './secret.js';

const web = (text: string): URL | undefined => {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
};

const issuer = z.string().refine(
  (text) => {
    const url = web(text);
    if (url === undefined || url.search !== '' || url.hash !== '') return false;
    return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  },
  { error: 'must be the https address of the provider (http only on this machine)' },
);

/** Where the provider sends people back to, below the address of the page. */
const OPENID_RETURN = '/v1/openid/return';

const redirectUri = z.string().refine((text) => web(text)?.pathname === OPENID_RETURN && web(text)?.search === '', {
  error: `must be an address that ends in ${OPENID_RETURN}`,
});

const groups = z.array(z.string().min(1)).default([]);

/** Signing in to the page with OpenID Connect. */
export const oidc = z.strictObject({
  issuer,
  clientId: z.string().min(1),
  clientSecret: z
    .strictObject({
      env: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
        .optional(),
      file: z.string().min(1).optional(),
    })
    .refine(({ env, file }) => (env === undefined) !== (file === undefined), {
      error: 'must be {env: NAME} or {file: PATH}: secrets are not written into this file',
    })
    .optional(),
  label: z.string().min(1).max(60).optional(),
  scopes: z
    .string()
    .regex(/^openid( [\x21\x23-\x5b\x5d-\x7e]+)*$/, 'must begin with openid, others behind it with spaces between')
    .default('openid profile email'),
  redirectUri: redirectUri.optional(),
  nameClaim: z.string().min(1).max(100).default('preferred_username'),
  roleClaim: z.string().min(1).max(100).default('groups'),
  roles: z
    .strictObject({ administrator: groups, steward: groups, auditor: groups })
    .refine((roles) => Object.values(roles).some((named) => named.length > 0), {
      error: 'must name at least one group: who is in none of them does not get in',
    }),
});

/** As the access room takes it: the secret read, the label filled in. */
export function resolvedOidc(
  file: z.output<typeof oidc>,
  env: Environment,
  absolute: (path: string) => string,
): Omit<z.output<typeof oidc>, 'clientSecret' | 'label' | 'redirectUri'> & {
  clientSecret: string | undefined;
  label: string;
  redirectUri: string | undefined;
} {
  const { clientSecret, label, redirectUri, ...rest } = file;
  return {
    ...rest,
    redirectUri,
    label: label ?? new URL(file.issuer).host,
    clientSecret: clientSecret && secretOf('admin.oidc.clientSecret', clientSecret, env, absolute),
  };
}
