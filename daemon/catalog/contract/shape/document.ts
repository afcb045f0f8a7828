import { z } from 'zod';
import {
  annotated,
  context,
  customProperties,
  definitions,
  described,
  judged,
  only,
  optionalText,
  scalar,
  text,
} from './parts.js';
import { roles, servers } from './servers.js';
import { table } from './table.js';

const optionalScalar = scalar.optional();

const member = only({
  ...described,
  ...annotated,
  username: text,
  name: optionalText,
  role: optionalText,
  dateIn: optionalText,
  dateOut: optionalText,
  replacedByUsername: optionalText,
});

/** Since v3.1 a map with members; before that the list of them. */
const members = z.array(member);
const teamMap = only({ ...described, ...annotated, name: optionalText, members: members.optional() });
const team = judged((value) => (Array.isArray(value) ? members : teamMap));

const level = only({
  ...described,
  property: text,
  value: scalar,
  valueExt: optionalScalar,
  unit: optionalText,
  element: optionalText,
  driver: optionalText,
  scheduler: optionalText,
  schedule: optionalText,
  customProperties,
  authoritativeDefinitions: definitions,
});

const channel = only({
  ...described,
  channel: text,
  url: optionalText,
  tool: optionalText,
  scope: optionalText,
  invitationUrl: optionalText,
  customProperties,
});

/** A whole ODCS document, by the rules of the standard's v3.1 and v3.2; in our own words. */
export const contractDocument = only({
  ...annotated,
  version: text,
  apiVersion: text,
  kind: z.literal('DataContract'),
  id: text.min(1),
  name: optionalText,
  tenant: optionalText,
  status: optionalText,
  dataProduct: optionalText,
  domain: optionalText,
  description: z
    .looseObject({
      usage: optionalText,
      purpose: optionalText,
      limitations: optionalText,
      authoritativeDefinitions: definitions,
      customProperties,
    })
    .optional(),
  servers,
  schema: z.array(table).optional(),
  support: z.array(channel).optional(),
  price: only({
    id: optionalText,
    priceAmount: z.number().optional(),
    priceCurrency: optionalText,
    priceUnit: optionalText,
  }).optional(),
  team,
  roles,
  slaDefaultElement: optionalText,
  slaProperties: z.array(level).optional(),
  context,
  contractCreatedTs: optionalText,
});

export type ContractDocument = z.infer<typeof contractDocument>;
