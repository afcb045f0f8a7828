import { Box, ScrollArea, Table } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';

export interface Column<T> {
  head: string;
  /** For numbers: to the right. */
  right?: boolean;
  width?: number | string;
  cell: (row: T) => ReactNode;
}

interface Props<T> {
  rows: readonly T[];
  columns: readonly Column<T>[];
  keyOf: (row: T) => string;
  label: string;
  /** Called when the end comes into sight. */
  more?: (() => void) | undefined;
  minWidth?: number;
  height?: number | string;
}

const ROW = 45;

/** A table of any length: only the rows in sight are in the document. */
export function Rows<T>({ rows, columns, keyOf, label, more, minWidth = 720, height = '70vh' }: Props<T>) {
  const viewport = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW,
    overscan: 12,
    getItemKey: (at) => keyOf(rows[at]!),
  });
  const seen = virtual.getVirtualItems();
  const last = seen.at(-1)?.index ?? 0;
  const isNearEnd = rows.length > 0 && last >= rows.length - 20;
  useEffect(() => {
    if (isNearEnd) more?.();
  }, [isNearEnd, more]);
  const before = seen[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (seen.at(-1)?.end ?? 0);
  return (
    <ScrollArea.Autosize
      mah={height}
      viewportRef={viewport}
      type="auto"
      viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}
    >
      <Box miw={minWidth}>
        <Table stickyHeader aria-label={label} aria-rowcount={rows.length} verticalSpacing={8}>
          <Table.Thead className="cf-head">
            <Table.Tr>
              {columns.map(({ head, right, width }) => (
                <Table.Th key={head} w={width} className={right ? 'cf-num' : undefined}>
                  {head}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {before > 0 && <Spacer height={before} span={columns.length} />}
            {seen.map(({ index, key }) => (
              <Table.Tr key={key} ref={virtual.measureElement} data-index={index} aria-rowindex={index + 1}>
                {columns.map(({ head, right, cell }) => (
                  <Table.Td key={head} className={right ? 'cf-num' : undefined}>
                    {cell(rows[index]!)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
            {after > 0 && <Spacer height={after} span={columns.length} />}
          </Table.Tbody>
        </Table>
      </Box>
    </ScrollArea.Autosize>
  );
}

const Spacer = ({ height, span }: { height: number; span: number }) => (
  <Table.Tr aria-hidden>
    <Table.Td colSpan={span} p={0} h={height} />
  </Table.Tr>
);
