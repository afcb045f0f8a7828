import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../test/support/homes.js';
import { duckdb } from './data/files.js';
import { type Cost, costOf, cpuOf } from './measure.js';

const SSHD = '/usr/sbin/sshd';

/** What people do today, and each step of it. Nothing is checked on the way. */
export interface CsvJob {
  total: Cost;
  exported: Cost;
  sent: Cost;
  imported: Cost;
  /** Bytes of the CSV file. */
  bytes: number;
}

/** Parquet → CSV (DuckDB) → `sftp` to an OpenSSH server on the loopback interface → Parquet (DuckDB). */
export async function csvSftpJob(folder: string, source: string): Promise<CsvJob> {
  mkdirSync(folder, { recursive: true });
  const place = mkdtempSync(join(folder, 'sftp-'));
  const csv = join(place, 'out.csv');
  const there = join(place, 'in.csv');
  try {
    const exported = await duckCost(`COPY (SELECT * FROM read_parquet('${source}')) TO '${csv}' (FORMAT csv, HEADER)`);
    const sent = await withServer(place, (server) => send(server, csv, there));
    // The types are written out: what the file itself says of them is lost in CSV.
    const types = await columnTypes(source);
    const imported = await duckCost(
      `COPY (SELECT * FROM read_csv('${there}', header = true, columns = ${types})) TO '${join(place, 'in.parquet')}' (FORMAT parquet, COMPRESSION snappy)`,
    );
    const all = [exported, sent, imported];
    const total = { seconds: sum(all.map((each) => each.seconds)), cpu: sum(all.map((each) => each.cpu)) };
    return { total, exported, sent, imported, bytes: statSync(csv).size };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

const duckCost = async (statement: string): Promise<Cost> => (await costOf(() => duckdb(statement)))[1];

async function columnTypes(source: string): Promise<string> {
  const rows = await duckdb(`DESCRIBE SELECT * FROM read_parquet('${source}')`);
  return `{${rows.map(({ column_name: name, column_type: type }) => `'${name}': '${type}'`).join(', ')}}`;
}

interface SftpServer {
  port: number;
  key: string;
  process: ChildProcess;
}

/** An OpenSSH server of our own, with the settings it comes with, on a free port. */
async function withServer<T>(place: string, work: (server: SftpServer) => Promise<T>): Promise<T> {
  if (!existsSync(SSHD))
    throw new Error('OpenSSH (sshd and sftp) has to be installed to measure what people do today.');
  const [hostKey, key, config] = [join(place, 'host_key'), join(place, 'key'), join(place, 'sshd_config')];
  for (const file of [hostKey, key]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  const port = await freePort();
  writeFileSync(
    config,
    [
      ...[`ListenAddress 127.0.0.1`, `Port ${port}`, `HostKey ${hostKey}`, `AuthorizedKeysFile ${key}.pub`],
      ...['StrictModes no', 'UsePAM no', `PidFile ${join(place, 'pid')}`, 'Subsystem sftp internal-sftp'],
      'PermitRootLogin prohibit-password',
    ].join('\n'),
  );
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const server = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: 'ignore' });
  try {
    await answers(port);
    return await work({ port, key, process: server });
  } finally {
    const gone = once(server, 'exit');
    server.kill();
    await gone;
  }
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const socket = connect(port, '127.0.0.1');
    const came = await Promise.race([
      once(socket, 'data').then(() => true),
      once(socket, 'error').then(() => false),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (came) return;
    await wait(50);
  }
  throw new Error('The OpenSSH server did not start.');
}

async function send({ port, key, process: server }: SftpServer, from: string, to: string): Promise<Cost> {
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
  const args = ['-q', '-b', '-', '-i', key, '-P', String(port), ...options.flatMap((each) => ['-o', each])];
  const before = cpuOf(server.pid!);
  const own = cpuOf(process.pid);
  const begun = performance.now();
  const client = spawn('sftp', [...args, '127.0.0.1'], { stdio: ['pipe', 'inherit', 'inherit'] });
  client.stdin.end(`put ${from} ${to}\n`);
  const [code] = (await once(client, 'exit')) as [number];
  if (code !== 0) throw new Error(`sftp ended with ${code}.`);
  const seconds = (performance.now() - begun) / 1000;
  await wait(200); // the server's child of this connection is waited for, and its time counted
  return { seconds, cpu: cpuOf(process.pid) - own + cpuOf(server.pid!) - before };
}
