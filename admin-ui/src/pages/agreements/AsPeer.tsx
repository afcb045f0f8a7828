import { Alert, Box, ScrollArea, Skeleton, Table, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import type { Request } from '../../api/client';
import { useOp } from '../../api/queries';
import { Failure } from '../../components/States';

/** The first rows, exactly as the peer would get them. */
export function AsPeer({ input }: { input: Request<'dataset.preview'> }) {
  const { data, error, isPlaceholderData } = useOp('dataset.preview', { ...input, rows: 8 }, { keep: true });
  if (error !== null)
    return error.code === 'version.not_found' || error.status === 404 ? (
      <Alert color="blue">Publish a version first: the preview shows its rows.</Alert>
    ) : (
      <Failure error={error} />
    );
  if (data === undefined) return <Skeleton h={160} />;
  return (
    <Box opacity={isPlaceholderData ? 0.5 : 1}>
      <Text size="sm" c="dimmed" mb="xs" className="cf-name">
        <IconEye size={14} aria-hidden /> Masked by this gateway as {data.peer} would get it; values it would not see
        are not here either.
      </Text>
      <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Preview' }}>
        <Table withTableBorder withColumnBorders verticalSpacing={4} fz="xs" aria-label="As the peer will see it">
          <Table.Thead>
            <Table.Tr>
              {data.columns.map(({ name, operator }) => (
                <Table.Th key={name} className="cf-nowrap">
                  <Text size="xs" fw={650} maw={220} truncate className="cf-isolate" title={name}>
                    {name}
                  </Text>
                  <Text size="xs" c={operator === 'keep' ? 'dimmed' : 'petrol'} fw={400}>
                    {operator}
                  </Text>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.rows.map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
              <Table.Tr key={at}>
                {row.map((value, column) => (
                  <Table.Td key={data.columns[column]!.name} className="cf-nowrap">
                    {value === null ? (
                      <Text span size="xs" c="dimmed">
                        null
                      </Text>
                    ) : (
                      <Text size="xs" maw={220} truncate className="cf-isolate" title={value}>
                        {value}
                      </Text>
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </Box>
  );
}
