import { Anchor, Badge, Group, NumberInput, Select, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { useId } from 'react';
import type { Reply } from '../../api/client';
import { readable } from './limits';

export type Field = Reply<'gateway.settings'>['fields'][number];
export type Value = Field['value'];

interface Props {
  field: Field;
  value: Value;
  isChanged: boolean;
  /** Undefined where it cannot be changed from here. */
  change: ((value: Value) => void) | undefined;
}

/** One entry of config.yaml: what it is, what it says, what counts where it says nothing. */
export function Setting({ field, value, isChanged, change }: Props) {
  const id = useId();
  const { path, about, preset, override } = field;
  const name = path.split('.').at(-1)!;
  const plain = (one: Value) => (typeof one === 'number' ? readable(name, one) : String(one));
  return (
    <div className="cf-setting">
      <div>
        <Group gap={8}>
          <label htmlFor={id} className="cf-mono">
            {path}
          </label>
          {isChanged && <Badge size="sm">changed</Badge>}
          {field.restart && (
            <Badge size="sm" color="orange">
              waits for a restart
            </Badge>
          )}
        </Group>
        {about !== '' && (
          <Text size="sm" c="dimmed">
            {about}
          </Text>
        )}
      </div>
      <div>
        {change === undefined ? (
          <output id={id} className="cf-name cf-setting-value">
            {override !== null ? String(override.value) : value === null ? notSet(preset, plain) : plain(value)}
          </output>
        ) : (
          <Input id={id} field={field} value={value} change={change} />
        )}
        <Text size="xs" c="dimmed" mt={4} component="div">
          {override !== null && (
            <>
              Set by <span className="cf-mono">{override.variable}</span>.
            </>
          )}
          {change !== undefined && (
            <>
              {typeof value === 'number' && plain(value) !== String(value) && `${plain(value)}. `}
              {preset !== null && `As shipped: ${plain(preset)}. `}
              {value !== null && field.optional && (preset !== null || field.value !== null) && (
                <Anchor component="button" type="button" size="xs" onClick={() => change(null)}>
                  {preset === null ? 'Take it out' : 'Back to that'}
                </Anchor>
              )}
            </>
          )}
        </Text>
      </div>
    </div>
  );
}

const notSet = (preset: Value, plain: (one: Value) => string) => (preset === null ? 'not set' : plain(preset));

function Input({
  id,
  field,
  value,
  change,
}: {
  id: string;
  field: Field;
  value: Value;
  change: (value: Value) => void;
}) {
  const { kind, preset, choices, least, most } = field;
  const placeholder = preset === null ? 'not set' : String(preset);
  if (kind === 'choice')
    return (
      <Select
        id={id}
        data={choices}
        value={value === null ? null : String(value)}
        placeholder={placeholder}
        onChange={change}
        allowDeselect={false}
      />
    );
  if (kind === 'toggle')
    return (
      <Switch
        id={id}
        checked={value === null ? preset === true : value === true}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    );
  if (kind === 'number')
    return (
      <NumberInput
        id={id}
        value={typeof value === 'number' ? value : ''}
        placeholder={placeholder}
        {...(least !== null && { min: least })}
        {...(most !== null && { max: most })}
        allowDecimal={false}
        clampBehavior="none"
        onChange={(next) => change(next === '' ? null : Number(next))}
      />
    );
  if (kind === 'yaml')
    return (
      <Textarea
        id={id}
        autosize
        minRows={2}
        maxRows={14}
        value={value === null ? '' : String(value)}
        placeholder="none"
        classNames={{ input: 'cf-mono' }}
        onChange={(event) => change(event.currentTarget.value === '' ? null : event.currentTarget.value)}
      />
    );
  return (
    <TextInput
      id={id}
      value={value === null ? '' : String(value)}
      placeholder={placeholder}
      onChange={(event) => change(event.currentTarget.value === '' ? null : event.currentTarget.value)}
    />
  );
}
