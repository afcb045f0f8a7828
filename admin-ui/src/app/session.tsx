import { createContext, useContext } from 'react';
import type { Name, Reply } from '../api/client';
import { ROUTES } from '../api/operations';

type Session = Reply<'session.show'>;
type User = NonNullable<Session['user']>;
type Role = User['role'];

/** Who is signed in at which gateway. */
export interface SignedIn {
  gateway: Session['gateway'];
  user: User;
  session: Session['session'];
}

export const SessionContext = createContext<SignedIn | undefined>(undefined);

export function useSession(): SignedIn {
  return useContext(SessionContext)!;
}

const ORDER: readonly string[] = ['anyone', 'auditor', 'steward', 'administrator'];

const mayCall = (role: Role, name: Name): boolean => ORDER.indexOf(role) >= ORDER.indexOf(ROUTES[name].role);

/** Whether the person may call an operation: what they may not is not offered to them. */
export function useMay(): (name: Name) => boolean {
  const { user } = useSession();
  return (name) => mayCall(user.role, name);
}
