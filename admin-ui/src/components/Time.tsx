import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ago, moment } from '../text/format';

/** A time, near to now in words; the exact one with its zone shows on hover and focus, and stands there when `exact`. */
export function Time({ at, exact = false }: { at: string; exact?: boolean }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
  if (exact) return <time dateTime={at}>{moment(at)}</time>;
  return (
    <Tooltip label={moment(at)} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={at} className="cf-nowrap" title={moment(at)}>
        {ago(at)}
      </time>
    </Tooltip>
  );
}
