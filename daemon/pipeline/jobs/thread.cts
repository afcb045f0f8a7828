import threads = require('node:worker_threads');

/**
 * What a thread of the pool starts with: it loads the module named by `workerData`, and hands on its tasks. A CommonJS
 * file, because the pool loads its file by `require`: an ES module that is required in a thread which is stopped
 * meanwhile ends the whole process (Node 20 asks a module that was never linked whether it is asynchronous).
 */
const loaded = import(threads.workerData as string) as Promise<{ run(task: unknown): Promise<unknown> }>;
loaded.catch(() => undefined); // each task tells it

export = { run: async (task: unknown) => (await loaded).run(task) };
