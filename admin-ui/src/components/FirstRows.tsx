import { ScrollArea, Table, Text } from '@mantine/core';

interface Props {
  columns: { name: string; under: string; isChanged?: boolean }[];
  rows: readonly (readonly (string | null)[])[];
  label: string;
}

/** A few rows as texts, each column under its name. */
export function FirstRows({ columns, rows, label }: Props) {
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}>
      <Table withTableBorder withColumnBorders verticalSpacing={4} fz="xs" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ name, under, isChanged }) => (
              <Table.Th key={name} className="cf-nowrap">
                <Text size="xs" fw={650} maw={220} truncate className="cf-isolate" title={name}>
                  {name}
                </Text>
                <Text size="xs" c={isChanged ? 'petrol' : 'dimmed'} fw={400}>
                  {under}
                </Text>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
            <Table.Tr key={at}>
              {row.map((value, column) => (
                <Table.Td key={columns[column]!.name} className="cf-nowrap">
                  <Cell value={value} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

const Cell = ({ value }: { value: string | null }) =>
  value === null ? (
    <Text span size="xs" c="dimmed">
      null
    </Text>
  ) : (
    <Text size="xs" maw={220} truncate className="cf-isolate" title={value}>
      {value}
    </Text>
  );
