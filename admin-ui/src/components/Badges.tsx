import { Badge, type MantineColor } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconLoader,
  IconPlayerPause,
  type IconProps,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';

interface Look {
  color: MantineColor;
  icon: ComponentType<IconProps>;
}

const GOOD: Look = { color: 'green', icon: IconCircleCheck };
const BAD: Look = { color: 'red', icon: IconCircleX };
const WARN: Look = { color: 'orange', icon: IconAlertTriangle };
const OPEN: Look = { color: 'blue', icon: IconClock };
const MOVING: Look = { color: 'blue', icon: IconLoader };
const OVER: Look = { color: 'gray', icon: IconBan };

const LOOKS: Readonly<Record<string, Look>> = {
  // peers
  invited: OPEN,
  enrolled: WARN,
  active: GOOD,
  suspended: { color: 'orange', icon: IconPlayerPause },
  revoked: OVER,
  // agreements
  proposed: OPEN,
  countered: OPEN,
  agreed: OPEN,
  expired: OVER,
  terminated: OVER,
  // transfers
  offered: MOVING,
  checking: MOVING,
  streaming: MOVING,
  verifying: MOVING,
  landed: MOVING,
  receipted: GOOD,
  refused: BAD,
  rejected: BAD,
  cancelled: OVER,
  failed: BAD,
  // checks
  pass: GOOD,
  warn: WARN,
  fail: BAD,
  error: BAD,
  skip: OVER,
  // invites
  open: OPEN,
  used: GOOD,
  void: OVER,
  // findings
  ok: GOOD,
  warning: WARN,
  fault: BAD,
};

/** A state or verdict: word, colour and shape say the same. */
export function State({ of, label = of }: { of: string; label?: string }) {
  const { color, icon: Icon } = LOOKS[of] ?? OVER;
  return (
    <Badge color={color} leftSection={<Icon size={13} aria-hidden />} className="cf-state" miw="max-content">
      {label}
    </Badge>
  );
}
