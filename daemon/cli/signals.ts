const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The next signal that asks this process to stop. While nobody waits, signals end the process as usual. */
export function nextSignal(): Promise<string> {
  return new Promise((resolve) => {
    const heard = (signal: string): void => {
      for (const each of SIGNALS) process.off(each, heard);
      resolve(signal);
    };
    for (const each of SIGNALS) process.on(each, heard);
  });
}
