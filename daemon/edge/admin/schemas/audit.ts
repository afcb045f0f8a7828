import { z } from 'zod';
import { countSchema, orgIdSchema } from './common.js';

export const auditExportRequest = z.strictObject({
  peer: orgIdSchema,
  out: z.string().min(1).max(4096).describe('Absolute path of the .tar to write. It must not exist.'),
});

export const auditBundleRequest = z.strictObject({ peer: orgIdSchema });

export const auditExportReply = z.object({
  file: z.string(),
  peer: z.string(),
  entries: countSchema,
  bytes: countSchema,
  sha256: z.string(),
});
