import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Request } from '../../api/client';
import { useDo, useOp } from '../../api/queries';
import { Failure, Loading } from '../../components/States';
import type { Shown } from './Agreement';
import { ColumnToggles } from './ColumnToggles';
import { type Choices, choicesOf, maskTexts } from './masks';
import { givenTerms, Terms } from './Terms';

/** Answers with another revision: the provider with masks, the consumer with requirements; both with terms. */
export function Counter({ of: one, opened, close }: { of: Shown; opened: boolean; close: () => void }) {
  const isProvider = one.role === 'provider';
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={`Counter revision ${one.revision}`}
      size={isProvider ? '75rem' : 'xl'}
    >
      <Form one={one} close={close} />
    </Modal>
  );
}

function Form({ one, close }: { one: Shown; close: () => void }) {
  const counter = useDo('agreement.counter');
  const isProvider = one.role === 'provider';
  const [choices, setChoices] = useState<Choices>(() => choicesOf(one.policy.columns));
  const [where, setWhere] = useState(one.policy.where ?? '');
  const [needs, setNeeds] = useState('');
  const before = {
    purpose: one.purpose ?? '',
    basis: one.basis ?? '',
    expires: one.expires?.slice(0, 10) ?? '',
    retain: one.retain ?? '',
    follow: one.follow ?? '',
  };
  const [terms, setTerms] = useState(before);
  const submit = () => {
    const changed = Object.fromEntries(
      Object.entries(givenTerms(terms)).filter(([name, text]) => text !== before[name as keyof typeof before]),
    );
    const input: Request<'agreement.counter'> = {
      id: one.id,
      ...changed,
      ...(isProvider && { mask: maskTexts(choices), ...(where.trim() !== '' && { where: where.trim() }) }),
      ...(!isProvider && needs.trim() !== '' && { requirements: needs }),
    };
    counter.mutate(input, {
      onSuccess: () => {
        notifications.show({ color: 'green', message: 'Countered; the other side is asked.' });
        close();
      },
    });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        {isProvider ? (
          <>
            <Masks dataset={one.dataset} choices={choices} setChoices={setChoices} />
            <TextInput
              label="Only rows where"
              value={where}
              onChange={(event) => setWhere(event.currentTarget.value)}
              classNames={{ input: 'cf-mono' }}
            />
          </>
        ) : (
          <>
            <Text size="sm" c="dimmed">
              State what you need (an ODCS document), or other terms, or both. What contradicts the contract is listed
              on both sides.
            </Text>
            <Textarea
              label="Requirements (optional)"
              description="Left empty, those you have stated before count."
              autosize
              minRows={6}
              maxRows={18}
              value={needs}
              onChange={(event) => setNeeds(event.currentTarget.value)}
              classNames={{ input: 'cf-mono' }}
            />
          </>
        )}
        <Terms terms={terms} change={setTerms} />
        {counter.error !== null && <Failure error={counter.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Leave it as it is
          </Button>
          <Button type="submit" loading={counter.isPending}>
            Send the counter-offer
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Masks({
  dataset,
  choices,
  setChoices,
}: {
  dataset: string;
  choices: Choices;
  setChoices: (next: Choices) => void;
}) {
  const { data, error } = useOp('mask.list', { name: dataset });
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Loading />;
  return (
    <ColumnToggles
      list={data}
      choices={choices}
      inForce={{}}
      blocked={new Set()}
      shown={data.columns}
      choose={(columns, choice) => {
        const rest = Object.fromEntries(Object.entries(choices).filter(([name]) => !columns.includes(name)));
        setChoices(
          choice === undefined ? rest : { ...rest, ...Object.fromEntries(columns.map((one) => [one, choice])) },
        );
      }}
    />
  );
}
