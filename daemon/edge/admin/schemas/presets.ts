import { z } from 'zod';

export const presetListReply = z.object({
  presets: z.array(
    z.object({
      name: z.string(),
      summary: z.string(),
      requires: z.array(z.string()).describe('Custom properties that a contract with it has to have.'),
      identifiers: z.array(
        z.object({
          name: z.string(),
          entities: z.array(z.string()).describe('Kinds of personal data that the detector knows.'),
          mask: z.string().describe('What becomes of a column of these kinds that the policy does not name.'),
          forbidden: z.boolean().describe('A rule refuses a delivery in which one is found after the masks.'),
        }),
      ),
    }),
  ),
});
