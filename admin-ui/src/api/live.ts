import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Reply } from './client';
import { keyOf, refresh } from './queries';

type Transfer = Reply<'transfer.list'>['transfers'][number];

interface List {
  transfers?: Transfer[];
}

const TOPICS = [
  'agreement',
  'contract',
  'dataset',
  'invite',
  'ledger',
  'override',
  'peer',
  'requirements',
  'settings',
  'token',
  'transfer',
  'user',
];

/** Follows what happens in the gateway, and keeps what is shown up to date. False while the gateway cannot be reached. */
export function useLive(): boolean {
  const client = useQueryClient();
  const [isLive, setLive] = useState(true);
  useEffect(() => {
    const source = new EventSource('/v1/events');
    let wasCutOff = false;
    const late = { timer: 0 };
    source.addEventListener('open', () => {
      clearTimeout(late.timer);
      late.timer = 0;
      setLive(true);
      if (wasCutOff) void client.invalidateQueries();
      wasCutOff = false;
    });
    source.addEventListener('error', () => {
      wasCutOff = true;
      // A gateway that restarts is back in a moment; that is not worth a word.
      late.timer ||= window.setTimeout(() => setLive(false), 1500);
      // A session that has ended is refused: the browser does not try again by itself then.
      if (source.readyState === EventSource.CLOSED) void client.invalidateQueries({ queryKey: ['session.show'] });
    });
    source.addEventListener('reset', () => void client.invalidateQueries());
    source.addEventListener('signed-out', () => void client.invalidateQueries({ queryKey: ['session.show'] }));
    for (const topic of TOPICS)
      source.addEventListener(topic, (event) => {
        if (topic === 'transfer') takeTransfer(JSON.parse((event as MessageEvent<string>).data) as Partial<Transfer>);
        else void refresh(client, topic);
      });

    /** Progress is put where it is shown; a change of state may change lists and counts, which are asked for anew. */
    function takeTransfer(told: Partial<Transfer>): void {
      const { id } = told;
      if (id === undefined || told.state === undefined) return void refresh(client, 'transfer');
      const transfer = told as Transfer;
      let isNews = true;
      const put = <L extends List | undefined>(list: L): L => {
        const at = list?.transfers?.findIndex((one) => one.id === id) ?? -1;
        if (list?.transfers === undefined || at < 0) return list;
        isNews = list.transfers[at]!.state !== transfer.state;
        return { ...list, transfers: list.transfers.with(at, transfer) };
      };
      client.setQueriesData<List & { pages?: List[] }>({ queryKey: ['transfer.list'] }, (before) =>
        before?.pages === undefined ? put(before) : { ...before, pages: before.pages.map(put) },
      );
      client.setQueryData<Reply<'transfer.show'>>(keyOf('transfer.show', { id }), (before) =>
        before === undefined || before.state !== transfer.state ? before : { ...before, ...transfer },
      );
      if (isNews) void refresh(client, 'transfer');
    }
    return () => {
      clearTimeout(late.timer);
      source.close();
    };
  }, [client]);
  return isLive;
}
