import { Box, Code, Group, SegmentedControl, Select, Text, TextInput, Tooltip } from '@mantine/core';
import { IconShieldExclamation } from '@tabler/icons-react';
import { type Column, Rows } from '../../components/Rows';
import { Personal } from '../datasets/Personal';
import { type Choice, type Choices, kindOf, type MaskList, operatorsOf, own, ruleText } from './masks';

type Shown = MaskList['columns'][number];
type Rules = Record<string, { op: string } & Record<string, unknown>>;

interface Props {
  list: MaskList;
  choices: Choices;
  choose: (columns: readonly string[], choice: Choice | undefined) => void;
  /** What applies now, with the defaults of the operators. */
  inForce: Rules;
  blocked: ReadonlySet<string>;
  shown: readonly Shown[];
}

/** A row of toggles for each column: keep, drop, mask, encrypt. */
export function ColumnToggles({ list, choices, choose, inForce, blocked, shown }: Props) {
  const columns: Column<Shown>[] = [
    {
      head: 'Column',
      cell: ({ name, type }) => (
        <Group gap={6} wrap="nowrap">
          {blocked.has(name) && (
            <Tooltip label="Looks personal and has no rule: decide, or the offer is blocked">
              <IconShieldExclamation size={18} color="var(--cf-bad)" aria-label="needs a decision" />
            </Tooltip>
          )}
          <Box miw={0}>
            <Text size="sm" fw={550} className="cf-name">
              {name}
            </Text>
            <Text size="xs" c="dimmed" className="cf-mono">
              {type}
            </Text>
          </Box>
        </Group>
      ),
    },
    { head: 'Looks personal', width: 170, cell: ({ personal }) => <Personal findings={personal} /> },
    {
      head: 'The peer gets',
      width: 330,
      cell: (one) => (
        <Toggles of={one} list={list} choice={own(choices, one.name)} choose={(choice) => choose([one.name], choice)} />
      ),
    },
    {
      head: 'In force',
      width: 190,
      cell: ({ name }) => {
        const rule = own(inForce, name);
        return rule === undefined ? (
          <Text size="xs" c="dimmed">
            as it is
          </Text>
        ) : (
          <Text size="xs" className="cf-name">
            {ruleText(rule)}
          </Text>
        );
      },
    },
  ];
  return <Rows rows={shown} columns={columns} keyOf={({ name }) => name} label="Columns" minWidth={880} height={560} />;
}

function Toggles({
  of,
  list,
  choice,
  choose,
}: {
  of: Shown;
  list: MaskList;
  choice: Choice | undefined;
  choose: (choice: Choice | undefined) => void;
}) {
  const kind = kindOf(choice?.op);
  const masks = operatorsOf('mask', of.operators);
  const keyed = operatorsOf('encrypt', of.operators);
  const pick = (next: string) => {
    if (next === 'auto') return choose(undefined);
    if (next === 'keep' || next === 'drop') return choose({ op: next, parameters: {} });
    const [first] = next === 'mask' ? preferred(masks) : keyed;
    if (first !== undefined) choose(start(first, list));
  };
  const operator = list.operators.find(({ name }) => name === choice?.op);
  const options = kind === 'mask' ? masks : kind === 'encrypt' ? keyed : [];
  return (
    <Box>
      <SegmentedControl
        size="xs"
        value={kind}
        onChange={pick}
        aria-label={`What the peer gets of ${of.name}`}
        data={[
          { value: 'auto', label: 'Contract' },
          { value: 'keep', label: 'Keep' },
          { value: 'drop', label: 'Drop' },
          { value: 'mask', label: 'Mask', disabled: masks.length === 0 },
          { value: 'encrypt', label: 'Encrypt', disabled: keyed.length === 0 },
        ]}
      />
      {choice !== undefined && options.length > 0 && (
        <Box mt={6}>
          <Select
            size="xs"
            aria-label={`Mask of ${of.name}`}
            data={options}
            value={choice.op}
            allowDeselect={false}
            onChange={(op) => op !== null && choose(start(op, list))}
          />
          <Text size="xs" c="dimmed" mt={4}>
            {operator?.summary}
          </Text>
          {operator !== undefined && operator.parameters.length > 0 && (
            <Group gap={6} mt={4} grow preventGrowOverflow={false}>
              {operator.parameters.map(({ name, about }) => (
                <Tooltip key={name} label={about} events={{ hover: true, focus: true, touch: true }}>
                  <TextInput
                    size="xs"
                    leftSection={<Code fz={10}>{name}</Code>}
                    leftSectionWidth={name.length * 7 + 14}
                    aria-label={`${name}: ${about}`}
                    value={choice.parameters[name] ?? ''}
                    onChange={(event) =>
                      choose({ ...choice, parameters: { ...choice.parameters, [name]: event.currentTarget.value } })
                    }
                  />
                </Tooltip>
              ))}
            </Group>
          )}
        </Box>
      )}
    </Box>
  );
}

const preferred = (masks: readonly string[]): string[] => [...masks].sort((a, b) => rank(a) - rank(b));
const rank = (op: string): number => {
  const at = ['partial_email', 'partial', 'generalise_date', 'zip3', 'ip_prefix', 'generalise', 'null'].indexOf(op);
  return at < 0 ? 99 : at;
};

/** An operator with the parameters of its example, so that it works at once. */
function start(op: string, list: MaskList): Choice {
  const operator = list.operators.find(({ name }) => name === op);
  const example = operator?.example ?? '';
  const parameters: Record<string, string> = {};
  const positional = /^[^=]+=[a-z0-9_]+:(.*)$/.exec(example)?.[1];
  if (positional !== undefined && operator?.positional != null) parameters[operator.positional] = unquoted(positional);
  const inside = /\(([\s\S]*)\)$/.exec(example)?.[1] ?? '';
  for (const [, name, value] of inside.matchAll(/([a-z_]+)\s*=\s*("(?:[^"]|"")*"|[^,]*)/g))
    parameters[name!] = unquoted(value!.trim());
  return { op, parameters };
}

const unquoted = (text: string): string =>
  text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
