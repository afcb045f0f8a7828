import { ActionIcon, Box, Button, Checkbox, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { Request } from '../../api/client';
import { useDo, useOp } from '../../api/queries';
import { type Column, Rows } from '../../components/Rows';
import { Failure } from '../../components/States';

type Edit = Request<'contract.edit'>['edits'][number];

interface Property {
  name?: unknown;
  logicalType?: unknown;
  required?: unknown;
  unique?: unknown;
  primaryKey?: unknown;
  classification?: unknown;
}

interface Document {
  version?: unknown;
  status?: unknown;
  schema?: { name?: unknown; properties?: Property[] }[];
}

const TYPES = ['string', 'integer', 'number', 'boolean', 'date', 'timestamp', 'time', 'array', 'object'];

interface Props {
  name: string;
  text: string;
  document: unknown;
  change: (text: string) => void;
  readOnly: boolean;
}

/** The parts of a contract that people change most; the rest, and comments, stay as they are in the text. */
export function ContractForm({ name, text, document, change, readOnly }: Props) {
  const edit = useDo('contract.edit');
  const { data: shown } = useOp('dataset.show', { name });
  if (typeof document !== 'object' || document === null)
    return (
      <Text size="sm" c="dimmed">
        The text is not YAML at the moment: mend it under “YAML”.
      </Text>
    );
  const contract = document as Document;
  const tables = Array.isArray(contract.schema) ? contract.schema : [];
  const found = tables.findIndex((table) => table?.name === name);
  const at = Math.max(0, found);
  const properties = Array.isArray(tables[at]?.properties) ? tables[at].properties : [];
  const put = (...edits: Edit[]) =>
    edit.mutate({ contract: text, edits }, { onSuccess: ({ contract: next }) => change(next) });
  const place = (row: number, field: string) => ['schema', at, 'properties', row, field];
  const known = new Set(properties.map((one) => one?.name));
  const missing = (shown?.columns ?? []).filter((column) => !known.has(column.name));
  const addAll = () =>
    put({
      path: ['schema', at, 'properties'],
      value: [
        ...properties,
        ...missing.map((column) => ({
          name: column.name,
          ...logical(column.type),
          ...(column.nullable ? {} : { required: true }),
        })),
      ],
    });
  const check = (field: 'required' | 'unique', head: string): Column<readonly [number, Property]> => ({
    head,
    width: 90,
    cell: ([row, property]) => (
      <Checkbox
        aria-label={`${head}: ${String(property.name)}`}
        checked={property[field] === true}
        disabled={readOnly}
        onChange={(event) =>
          put(event.currentTarget.checked ? { path: place(row, field), value: true } : { path: place(row, field) })
        }
      />
    ),
  });
  return (
    <Stack>
      {edit.error !== null && <Failure error={edit.error} />}
      <Group grow>
        <Field
          label="Version of the contract"
          value={contract.version}
          readOnly={readOnly}
          save={(value) => put({ path: ['version'], value })}
        />
        <Select
          label="Status"
          data={['proposed', 'draft', 'active', 'deprecated', 'retired']}
          value={typeof contract.status === 'string' ? contract.status : null}
          disabled={readOnly}
          allowDeselect={false}
          onChange={(value) => put({ path: ['status'], value })}
        />
      </Group>
      <Rows
        rows={properties.map((property, row) => [row, property] as const)}
        keyOf={([row]) => String(row)}
        label="Columns of the contract"
        height={460}
        minWidth={560}
        columns={[
          {
            head: 'Column',
            cell: ([, property]) => (
              <Text size="sm" fw={550} className="cf-name">
                {String(property?.name ?? '')}
              </Text>
            ),
          },
          {
            head: 'Type',
            width: 150,
            cell: ([row, property]) => (
              <Select
                size="xs"
                aria-label={`Type of ${String(property?.name)}`}
                data={TYPES}
                value={typeof property?.logicalType === 'string' ? property.logicalType : null}
                placeholder="any"
                clearable
                disabled={readOnly}
                onChange={(value) =>
                  put(value === null ? { path: place(row, 'logicalType') } : { path: place(row, 'logicalType'), value })
                }
              />
            ),
          },
          check('required', 'Required'),
          check('unique', 'Unique'),
          {
            head: 'Out',
            width: 60,
            cell: ([row, property]) => (
              <ActionIcon
                aria-label={`Take ${String(property?.name)} out of the contract`}
                disabled={readOnly}
                onClick={() => put({ path: ['schema', at, 'properties', row] })}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            ),
          },
        ]}
      />
      {missing.length > 0 && !readOnly && (
        <Box>
          <Button size="xs" variant="light" onClick={addAll} loading={edit.isPending}>
            Add the {missing.length} columns that it does not name yet
          </Button>
        </Box>
      )}
      <Text size="xs" c="dimmed">
        Quality rules, SQL checks and descriptions are written under “YAML”; what you change here leaves them as they
        are.
      </Text>
    </Stack>
  );
}

function Field({
  label,
  value,
  readOnly,
  save,
}: {
  label: string;
  value: unknown;
  readOnly: boolean;
  save: (value: string) => void;
}) {
  const shown = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return (
    <TextInput
      key={shown}
      label={label}
      defaultValue={shown}
      readOnly={readOnly}
      onBlur={(event) => event.currentTarget.value !== shown && save(event.currentTarget.value)}
    />
  );
}

/** The logical type of ODCS for a type of a source; none where several would do. */
function logical(type: string): { logicalType?: string } {
  if (/^(u?int|integer)/i.test(type)) return { logicalType: 'integer' };
  if (/^(float|double|decimal)/i.test(type)) return { logicalType: 'number' };
  if (/^(utf8|string|large_?utf8)/i.test(type)) return { logicalType: 'string' };
  if (/^bool/i.test(type)) return { logicalType: 'boolean' };
  if (/^date/i.test(type)) return { logicalType: 'date' };
  if (/^timestamp/i.test(type)) return { logicalType: 'timestamp' };
  return {};
}
