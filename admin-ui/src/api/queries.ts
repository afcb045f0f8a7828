import {
  type InfiniteData,
  MutationCache,
  QueryCache,
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { ApiError, call, callLong, type Name, type Progress, type Reply, type Request } from './client';

/** Whoever hears that nobody is signed in any more asks who is there: the page then shows the sign-in. */
const onError = (error: Error): void => {
  if (error instanceof ApiError && error.code === 'admin.unauthorised')
    void queryClient.invalidateQueries({ queryKey: ['session.show'] });
};

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      // What changes is told by events; asking again is for what was missed.
      staleTime: 30_000,
      retry: (count, error) => error instanceof ApiError && error.isUnreachable && count < 3,
      retryDelay: (count) => Math.min(1000 * 2 ** count, 5000),
      refetchOnWindowFocus: false,
    },
  },
});

export const keyOf = <N extends Name>(name: N, input: Request<N>) => [name, input] as const;

interface Options {
  enabled?: boolean;
  /** Shows the answer to the last input until that to the new one is there. */
  keep?: boolean;
  staleTime?: number;
}

/** What an operation answers, kept fresh by events. */
export function useOp<N extends Name>(
  name: N,
  input: Request<N>,
  { enabled = true, keep = false, staleTime }: Options = {},
): UseQueryResult<Reply<N>, ApiError> {
  return useQuery<Reply<N>, ApiError>({
    queryKey: keyOf(name, input),
    queryFn: ({ signal }) => call(name, input, signal),
    enabled,
    ...(keep && { placeholderData: (before: Reply<N> | undefined) => before as never }),
    ...(staleTime !== undefined && { staleTime }),
  });
}

/** An operation that changes something. What it touches is looked at anew before it counts as done. */
export function useDo<N extends Name>(name: N): UseMutationResult<Reply<N>, ApiError, Request<N>> {
  const client = useQueryClient();
  return useMutation<Reply<N>, ApiError, Request<N>>({
    mutationFn: (input) => call(name, input),
    onSettled: () => refresh(client, name.split('.')[0]!),
  });
}

/** Rooms whose answers follow from those of another. */
const TOUCHED: Record<string, readonly string[]> = {
  agreement: ['agreement', 'requirements', 'overview', 'ledger', 'gateway'],
  requirements: ['requirements', 'agreement', 'overview', 'ledger'],
  dataset: ['dataset', 'contract', 'overview', 'ledger', 'version'],
  contract: ['contract', 'dataset', 'overview'],
  override: ['mask', 'dataset', 'override', 'ledger'],
  invite: ['invite', 'peer', 'overview', 'ledger', 'gateway'],
  peer: ['peer', 'invite', 'overview', 'ledger', 'gateway'],
  transfer: ['transfer', 'overview', 'gateway'],
  ledger: ['ledger', 'overview'],
  settings: ['gateway', 'ledger'],
  user: ['user', 'token'],
  token: ['token'],
  session: ['session'],
};

export function refresh(client: QueryClient, room: string): Promise<void> {
  const rooms = new Set(TOUCHED[room] ?? [room]);
  return client.invalidateQueries({
    predicate: ({ queryKey }) => rooms.has(String(queryKey[0]).split('.')[0]!),
  });
}

export interface Long<N extends Name> {
  run(input: Request<N>): Promise<Reply<N> | undefined>;
  stop(): void;
  running: boolean;
  progress: Progress | undefined;
  result: Reply<N> | undefined;
  error: ApiError | undefined;
}

/** A long operation, with its progress. Leaving the page does not stop what the gateway has begun to record. */
export function useLong<N extends Name>(name: N): Long<N> {
  const client = useQueryClient();
  const abort = useRef<AbortController>(undefined);
  const [state, setState] = useState<Pick<Long<N>, 'running' | 'progress' | 'result' | 'error'>>({
    running: false,
    progress: undefined,
    result: undefined,
    error: undefined,
  });
  const run = useCallback(
    async (input: Request<N>) => {
      abort.current = new AbortController();
      setState({ running: true, progress: undefined, result: undefined, error: undefined });
      try {
        const told = (progress: Progress) => setState((before) => ({ ...before, progress }));
        const result = await callLong(name, input, told, abort.current.signal);
        setState({ running: false, progress: undefined, result, error: undefined });
        return result;
      } catch (error) {
        const known = error instanceof ApiError ? error : undefined;
        setState({ running: false, progress: undefined, result: undefined, error: known });
        return undefined;
      } finally {
        await refresh(client, name.split('.')[0]!);
      }
    },
    [client, name],
  );
  const stop = useCallback(() => abort.current?.abort(), []);
  return { ...state, run, stop };
}

/** Pages of a list, one after the other: `next` tells what asks for the page after one. */
export function usePages<N extends Name>(
  name: N,
  input: Request<N>,
  next: (reply: Reply<N>) => Partial<Request<N>> | undefined,
) {
  return useInfiniteQuery<Reply<N>, ApiError, InfiniteData<Reply<N>>, readonly unknown[], Partial<Request<N>>>({
    queryKey: [name, 'pages', input],
    queryFn: ({ pageParam, signal }) => call(name, Object.assign({}, input, pageParam), signal),
    initialPageParam: {},
    getNextPageParam: next,
  });
}
