import { Badge, Box, Code, Group, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { Reply } from '../api/client';
import { count, many } from '../text/format';
import { ruleSentence } from '../text/rules';
import { State } from './Badges';

type Report = NonNullable<Reply<'transfer.show'>['report']['provider']>;
type Result = Report['results'][number];
export type RuleText = Reply<'agreement.show'>['rules'][number];

const ORDER = ['error', 'fail', 'warn', 'skip', 'pass'];

/** The results of one side's checks, the worst first, with masked samples of what was found. */
export function Checks({ report }: { report: Report }) {
  if (report.results.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No rule was agreed: types and digests alone were checked.
      </Text>
    );
  const results = [...report.results].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  return (
    <ScrollArea
      type="auto"
      viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': `Results of the ${report.side}` }}
    >
      <Table miw={620} aria-label={`Checks of the ${report.side}`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th miw={140}>Check</Table.Th>
            <Table.Th>Verdict</Table.Th>
            <Table.Th className="cf-num">Tested</Table.Th>
            <Table.Th className="cf-num">Failed</Table.Th>
            <Table.Th>What was found</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {results.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td>
                <Text size="sm" fw={550} className="cf-name">
                  {one.check}
                </Text>
                <Text size="xs" c="dimmed" className="cf-name">
                  {one.columns.join(', ')}
                </Text>
              </Table.Td>
              <Table.Td>
                <State of={one.status} />
              </Table.Td>
              <Table.Td className="cf-num">{count(one.tested)}</Table.Td>
              <Table.Td className="cf-num">{count(one.failed)}</Table.Td>
              <Table.Td>
                <Text size="sm" className="cf-name">
                  {one.message}
                </Text>
                <Samples of={one} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

/** Masked samples: the shape of a value, never the value. */
function Samples({ of }: { of: Result }) {
  const samples: unknown[] = Array.isArray(of.samples) ? of.samples : [];
  if (samples.length === 0) return null;
  return (
    <Group gap={4} mt={4}>
      <Text size="xs" c="dimmed">
        Masked samples:
      </Text>
      {samples.slice(0, 8).map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: samples stay in their places
        <Code key={at} className="cf-name">
          {sampleText(one)}
        </Code>
      ))}
    </Group>
  );
}

function sampleText(sample: unknown): string {
  const { row, masked, ...rest } = sample as { row?: number; masked?: string };
  const value = masked ?? Object.values(rest).map(String).join(' ');
  return row === undefined ? value : `${value} in row ${row}`;
}

const FEW = 12;

/** Rules in plain words: what is asked, by whom, where it runs. */
export function Rules({ rules }: { rules: readonly RuleText[] }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? rules : rules.slice(0, FEW);
  if (rules.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No checks: only the types and the digests are compared.
      </Text>
    );
  return (
    <Stack gap={8}>
      {shown.map((one) => (
        <Group key={one.id} gap="xs" wrap="nowrap" align="flex-start">
          <Badge
            color={one.severity === 'warn' ? 'orange' : one.severity === 'error' ? 'blue' : 'gray'}
            size="sm"
            miw={56}
          >
            {one.severity === 'error' ? 'must' : one.severity === 'warn' ? 'should' : 'note'}
          </Badge>
          <Box miw={0}>
            <Text size="sm" className="cf-name" title={one.text}>
              {ruleSentence(one)}
            </Text>
            <Text size="xs" c="dimmed">
              asked by the {one.source}, runs at {one.side === 'both' ? 'both sides' : `the ${one.side}`}
            </Text>
          </Box>
        </Group>
      ))}
      {rules.length > FEW && !isWhole && (
        <Text
          component="button"
          type="button"
          size="sm"
          c="petrol"
          className="cf-plain-button"
          onClick={() => setWhole(true)}
        >
          Show all {many(rules.length, 'check')}
        </Text>
      )}
    </Stack>
  );
}
