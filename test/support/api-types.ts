/** The part of a JSON Schema that the admin API's document uses. */
interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
}

interface Described {
  operationId: string;
  summary: string;
  'x-role': string;
  'x-mode': string;
  parameters?: { name: string; in: string; required: boolean; schema: Schema }[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
  responses: { '200': { content: Record<string, { schema: Schema }> } };
}

interface Document {
  paths: Record<string, Record<string, Described>>;
}

/** TypeScript of every operation in the OpenAPI document: what it takes, what it answers, and how it is called. */
export function apiTypes(document: object): string {
  const { paths } = document as Document;
  const all = Object.entries(paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, described]) => ({ path, method: method.toUpperCase(), ...described })),
    )
    .filter((one) => !['events', 'file', 'redirect'].includes(one['x-mode']))
    .sort((a, b) => (a.operationId < b.operationId ? -1 : 1));
  const types = all.map(
    (one) => `  /** ${one.summary}. */
  ${quoted(one.operationId)}: {
    request: ${requestType(one)};
    reply: ${replyType(one)};
  };`,
  );
  const routes = all.map(
    (one) =>
      `  ${quoted(one.operationId)}: { method: '${one.method}', path: '${one.path}', role: '${one['x-role']}', mode: '${one['x-mode']}' },`,
  );
  return `// Made from the OpenAPI document of the admin API: run "npm run docs" after a change of it.

/** What each operation takes and answers. */
export interface Operations {
${types.join('\n')}
}

/** How each operation is called, and the least role that may. */
export const ROUTES = {
${routes.join('\n')}
} as const;
`;
}

function requestType({ parameters = [], requestBody }: Described): string {
  const fields = parameters
    .filter((one) => one.in !== 'header')
    .map((one) => field(one.name, one.schema, one.required, 4));
  const body = requestBody?.content['application/json'].schema;
  for (const [name, schema] of Object.entries(body?.properties ?? {}))
    fields.push(field(name, schema, body?.required?.includes(name) === true, 4));
  return fields.length === 0 ? 'Record<string, never>' : braces(fields, 4);
}

function replyType(one: Described): string {
  const { content } = one.responses['200'];
  const { schema } = (content['application/json'] ?? content['application/x-ndjson'])!;
  return typeOf(schema, 4);
}

function typeOf(schema: Schema, indent: number): string {
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return [...new Set(either.map((one) => typeOf(one, indent)))].join(' | ');
  if (schema.allOf !== undefined) return schema.allOf.map((one) => typeOf(one, indent)).join(' & ');
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type }, indent)).join(' | ');
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'number':
    case 'integer':
      return 'number';
    case 'array': {
      const item = typeOf(schema.items ?? {}, indent);
      return item.includes('|') ? `(${item})[]` : `${item}[]`;
    }
    case 'object':
      return objectType(schema, indent);
    default:
      return 'unknown';
  }
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema, indent: number): string {
  const fields = Object.entries(properties).map(([name, one]) => field(name, one, required.includes(name), indent));
  const others = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  if (others === undefined) return fields.length === 0 ? 'Record<string, unknown>' : braces(fields, indent);
  const rest = `Record<string, ${typeOf(others, indent)}>`;
  return fields.length === 0 ? rest : `${braces(fields, indent)} & Record<string, unknown>`;
}

const field = (name: string, schema: Schema, isRequired: boolean, indent: number): string =>
  `${quoted(name)}${isRequired ? '' : '?'}: ${typeOf(schema, indent + 2)}${isRequired ? '' : ' | undefined'};`;

const braces = (fields: readonly string[], indent: number): string =>
  `{\n${fields.map((text) => `${' '.repeat(indent + 2)}${text}`).join('\n')}\n${' '.repeat(indent)}}`;

const quoted = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`);

const literal = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : String(value));
