import { Alert, Box, Skeleton, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import type { Request } from '../../api/client';
import { useOp } from '../../api/queries';
import { FirstRows } from '../../components/FirstRows';
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
      <FirstRows
        label="As the peer will see it"
        columns={data.columns.map(({ name, operator }) => ({ name, under: operator, isChanged: operator !== 'keep' }))}
        rows={data.rows}
      />
    </Box>
  );
}
