import { Alert, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconShieldExclamation } from '@tabler/icons-react';
import type { Reply } from '../../api/client';
import { Rules } from '../../components/Checks';
import { many } from '../../text/format';

type Draft = Reply<'agreement.draft'>;

/** What an offer would come to: what blocks it, what contradicts, what is checked. */
export function Outcome({ draft }: { draft: Draft }) {
  const { blocked, conflicts, notApplied, rules, requirements, merged, onMasked } = draft;
  return (
    <Stack gap="sm">
      {blocked.length > 0 && (
        <Alert
          color="red"
          icon={<IconShieldExclamation aria-hidden />}
          title={`${many(blocked.length, 'column needs', 'columns need')} a decision`}
        >
          <List size="sm">
            {blocked.map(({ column, entities, evidence }) => (
              <List.Item key={column} className="cf-name">
                <b>{column}</b> looks like {entities.join(', ')}: {evidence}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Conflicts conflicts={conflicts} />
      <NotApplied notApplied={notApplied} />
      {blocked.length === 0 && conflicts.length === 0 && (
        <Alert color="green" icon={<IconCircleCheck aria-hidden />} title="This offer can be made">
          The peer sees {many(draft.columns.length, 'column')}.
        </Alert>
      )}
      <Text size="sm" c="dimmed">
        {requirements
          ? `The peer has stated requirements: ${many(merged.length, 'rule')} of both sides became one.`
          : 'The peer has not stated requirements of this dataset yet.'}
        {onMasked.length > 0 && ` ${many(onMasked.length, 'rule')} of the consumer will see masked values.`}
      </Text>
      <Text fw={600} size="sm">
        Checked at every delivery ({rules.length})
      </Text>
      <Rules rules={rules} />
    </Stack>
  );
}

export function Conflicts({ conflicts }: Pick<Draft, 'conflicts'>) {
  if (conflicts.length === 0) return null;
  return (
    <Alert
      color="orange"
      icon={<IconAlertTriangle aria-hidden />}
      title={`${many(conflicts.length, 'contradiction')} between contract and requirements`}
    >
      <List size="sm">
        {conflicts.map(({ path, message }) => (
          <List.Item key={`${path} ${message}`} className="cf-name">
            <b>{path}</b>: {message}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

export function NotApplied({ notApplied }: Pick<Draft, 'notApplied'>) {
  if (notApplied.length === 0) return null;
  return (
    <Alert color="blue" title={`${many(notApplied.length, 'rule does', 'rules do')} not apply under these masks`}>
      <List size="sm">
        {notApplied.map(({ rule, columns, reason }) => (
          <List.Item key={rule} className="cf-name">
            {columns.join(', ')}: {reason}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
