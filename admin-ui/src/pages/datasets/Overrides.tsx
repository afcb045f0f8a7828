import { Badge, Button, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Reply } from '../../api/client';
import { useDo } from '../../api/queries';
import { Failure } from '../../components/States';
import { Time } from '../../components/Time';
import { percent } from '../../text/format';

type Shown = Reply<'mask.list'>['columns'][number];

/** What looks personal in a column and why, and a person's word that it is not. */
export function Overrides({ name, column, close }: { name: string; column: Shown | undefined; close: () => void }) {
  return (
    <Modal opened={column !== undefined} onClose={close} title={`What looks personal in ${column?.name ?? ''}`}>
      {column !== undefined && <Findings key={column.name} name={name} column={column} close={close} />}
    </Modal>
  );
}

function Findings({ name, column, close }: { name: string; column: Shown; close: () => void }) {
  const put = useDo('override.set');
  const back = useDo('override.withdraw');
  const [reason, setReason] = useState('');
  const open = column.personal.filter(({ override }) => override === null);
  const error = put.error ?? back.error;
  const submit = () => {
    if (put.isPending || reason.trim() === '') return;
    const onSuccess = () => {
      notifications.show({ color: 'green', message: `${column.name} no longer counts as personal.` });
      close();
    };
    put.mutate({ name, column: column.name, reason: reason.trim() }, { onSuccess });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        {column.personal.map(({ entity, verdict, confidence, evidence, override }) => (
          <div key={entity}>
            <Group gap={6}>
              <Badge color={override !== null ? 'gray' : verdict === 'is' ? 'red' : 'orange'}>
                {verdict === 'is' ? entity : `contains ${entity}`}
              </Badge>
              <Text size="sm">{percent(confidence, 1)} sure</Text>
            </Group>
            <Text size="sm" c="dimmed" className="cf-name">
              {evidence}
            </Text>
            {override !== null && (
              <Group gap="xs" mt={4} justify="space-between">
                <Text size="sm" className="cf-name">
                  {override.by.replace(/^admin:/, '')} says it is not: {override.reason} (<Time at={override.at} />)
                </Text>
                <Button
                  size="compact-sm"
                  variant="default"
                  loading={back.isPending}
                  onClick={() => back.mutate({ name, column: column.name, entity })}
                >
                  Take it back
                </Button>
              </Group>
            )}
          </div>
        ))}
        {open.length > 0 && (
          <>
            <List size="sm" spacing={4}>
              <List.Item>Say that it is not, and offers no longer need a rule for this column.</List.Item>
              <List.Item>Your name and your reason stand in the ledger.</List.Item>
            </List>
            <TextInput
              label="Why it is not"
              placeholder="Order numbers of the old shop, 16 digits"
              required
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          </>
        )}
        {error !== null && <Failure error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            Leave it as it is
          </Button>
          {open.length > 0 && (
            <Button type="submit" loading={put.isPending}>
              It is not personal
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}
