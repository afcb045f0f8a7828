import { z } from 'zod';
import { countSchema } from './common.js';

const path = z.string().min(1).max(4096);

export const decryptRequest = z.strictObject({
  folder: path.describe('Absolute path of a folder that landed: "landed" of a transfer.'),
  out: path.describe('Absolute path of a new folder.'),
});

export const decryptReply = z.object({
  folder: z.string(),
  out: z.string(),
  columns: z.array(z.string()).describe('The columns that were sealed.'),
  rows: countSchema,
  files: z.array(z.string()),
});
