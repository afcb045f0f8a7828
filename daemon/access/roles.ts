/** What a person may do, least first: look; exchange data; run the gateway. Each may do all that the ones before it may. */
export const ROLES = ['auditor', 'steward', 'administrator'] as const;

export type Role = (typeof ROLES)[number];

/** Whether somebody of a role may do what needs another. */
export const mayAs = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least);

/** The weaker of two roles: what a token comes to when its maker's role has changed. */
export const weaker = (a: Role, b: Role): Role => (mayAs(a, b) ? b : a);

/** Who calls, as far as the admin API knows. */
export interface Principal {
  /** As in ledger entries: `admin` for the home's own token, `admin:<name>` for a person, `admin:<name>/<token>`. */
  actor: string;
  role: Role;
  /** The user; null for the home's own token. */
  name: string | null;
  via: 'home-token' | 'session' | 'api-token';
}
