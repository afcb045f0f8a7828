import { Badge, Group, HoverCard, Stack, Text, UnstyledButton } from '@mantine/core';
import { percent } from '../../text/format';

interface Finding {
  entity: string;
  verdict: string;
  confidence: number;
  evidence: string;
  /** A person's word that it is not. */
  override: { reason: string } | null;
}

/** What in a column looks personal, and why it is thought so. */
export function Personal({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0)
    return (
      <Text size="sm" c="dimmed" component="span">
        no
      </Text>
    );
  return (
    <HoverCard width={340} shadow="md" openDelay={150}>
      <HoverCard.Target>
        <UnstyledButton aria-label={`Personal: ${findings.map(sentence).join(' ')}`}>
          <Group gap={4}>
            {findings.slice(0, 3).map((one) => (
              <Badge
                key={one.entity}
                color={one.override !== null ? 'gray' : one.verdict === 'is' ? 'red' : 'orange'}
                td={one.override === null ? undefined : 'line-through'}
              >
                {one.verdict === 'is' ? one.entity : `contains ${one.entity}`}
              </Badge>
            ))}
            {findings.length > 3 && <Badge color="gray">+{findings.length - 3}</Badge>}
          </Group>
        </UnstyledButton>
      </HoverCard.Target>
      <HoverCard.Dropdown>
        <Stack gap={6}>
          {findings.map((one) => (
            <Text size="sm" key={one.entity} className="cf-name">
              {sentence(one)}
            </Text>
          ))}
        </Stack>
      </HoverCard.Dropdown>
    </HoverCard>
  );
}

const sentence = ({ entity, verdict, confidence, evidence, override }: Finding): string =>
  `${verdict === 'is' ? 'Is' : 'Contains'} ${entity}, ${percent(confidence, 1)} sure: ${evidence}.${override === null ? '' : ` Somebody says that it is not: ${override.reason}.`}`;
