import { fileURLToPath } from 'node:url';
import type { Parts } from '../cli/index.js';

/** The work behind the commands that need no running daemon. Each is loaded when it is asked for. */
export function commandParts(version: string): Required<Omit<Parts, 'nextSignal'>> {
  const software = `counterfoil/${version}`;
  const parts: Required<Omit<Parts, 'nextSignal'>> = {
    version,
    startGateway: async (home, options = {}) => {
      const { startGateway } = await import('./gateway.js');
      return startGateway(home, software, options);
    },
    verifyLedger: async (config, { peer, progress }) => {
      const [{ verifyLedger }, { ledgerFiles }] = await Promise.all([
        import('../ledger/index.js'),
        import('./ledger-files.js'),
      ]);
      const { orgId } = await import('../foundation/index.js');
      return verifyLedger({
        ...ledgerFiles(config),
        progress: (done) => progress({ phase: 'verifying', done, unit: 'entries' }),
        ...(peer === undefined ? {} : { peer: orgId(peer) }),
      });
    },
    verifyBundles: async (files, policy) => {
      const [{ verifyBundles }, { fileSource }] = await Promise.all([
        import('@counterfoil/verifier'),
        import('@counterfoil/verifier/node'),
      ]);
      return verifyBundles(files.map(fileSource), policy === undefined ? {} : { policy });
    },
    verifyProof: async (document) => (await import('@counterfoil/verifier')).verifyForkProof(document),
    sameData: async (files) => {
      const [{ sameData }, { fileSource }] = await Promise.all([
        import('@counterfoil/verifier'),
        import('@counterfoil/verifier/node'),
      ]);
      return sameData(files.map(fileSource));
    },
    demo: async (options) => {
      const { demo } = await import('./demo/index.js');
      return demo({ ...options, program: fileURLToPath(new URL('../main.js', import.meta.url)), parts });
    },
  };
  return parts;
}
