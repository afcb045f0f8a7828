/** What a model is: states that are their own keys' worth of numbers, what may happen next in each, and what must hold. */
export interface Model<S> {
  start: readonly S[];
  key(state: S): string;
  /** Everything that may happen next, each with its name. */
  next(state: S): Iterable<readonly [string, S]>;
  /** What is wrong with a state that was reached by this step. */
  wrong(state: S, before: S | undefined): string | undefined;
  /** Where nothing more is owed: from every state such a one must be in reach. */
  settled?(state: S): boolean;
  /** Steps that people take: reaching a settled state must not depend on them. */
  isByPeople?(step: string): boolean;
}

export interface Explored {
  states: number;
  steps: number;
  /** The longest of the shortest ways to a state. */
  depth: number;
  /** True when no state was left unexplored at the stated depth. */
  whole: boolean;
}

interface Place<S> {
  state: S;
  from: Place<S> | undefined;
  step: string;
  depth: number;
  /** Places that lead here without people. */
  before: Place<S>[];
  settles: boolean;
}

/**
 * Walks all states within `depth` steps, breadth first, so that a fault comes with a shortest way to it. Throws with that
 * way where something is wrong, or where no settled state can be reached from one (of those that were explored whole).
 */
export function explore<S>(model: Model<S>, depth = Number.POSITIVE_INFINITY): Explored {
  const places = new Map<string, Place<S>>();
  let steps = 0;
  let whole = true;
  const queue: Place<S>[] = [];
  const reach = (state: S, from: Place<S> | undefined, step: string): Place<S> => {
    const key = model.key(state);
    const known = places.get(key);
    if (known !== undefined) return known;
    const place: Place<S> = { state, from, step, depth: (from?.depth ?? -1) + 1, before: [], settles: false };
    places.set(key, place);
    queue.push(place);
    return place;
  };
  for (const state of model.start) reach(state, undefined, 'start');
  for (let at = 0; at < queue.length; at++) {
    const place = queue[at]!;
    const fault = model.wrong(place.state, place.from?.state);
    if (fault !== undefined) throw new Error(`${fault}\n${wayTo(place)}`);
    if (place.depth >= depth) {
      whole = false;
      place.settles = true; // what follows is not known
      continue;
    }
    for (const [step, state] of model.next(place.state)) {
      steps++;
      const there = reach(state, place, step);
      const fault = there.from === place ? undefined : model.wrong(state, place.state);
      if (fault !== undefined) throw new Error(`${fault}\n${wayTo(place)}\n${step}`);
      if (model.isByPeople?.(step) !== true) there.before.push(place);
    }
  }
  if (model.settled !== undefined) mustSettle(model.settled, queue);
  return { states: places.size, steps, depth: queue.at(-1)?.depth ?? 0, whole };
}

function mustSettle<S>(settled: (state: S) => boolean, places: readonly Place<S>[]): void {
  const found = places.filter((place) => place.settles || settled(place.state));
  for (const place of found) place.settles = true;
  for (let place = found.pop(); place !== undefined; place = found.pop())
    for (const before of place.before) {
      if (before.settles) continue;
      before.settles = true;
      found.push(before);
    }
  const stuck = places.find((place) => !place.settles);
  if (stuck !== undefined) throw new Error(`nothing settles from here on\n${wayTo(stuck)}`);
}

function wayTo<S>(place: Place<S>): string {
  const lines: string[] = [];
  for (let at: Place<S> | undefined = place; at !== undefined; at = at.from) lines.unshift(at.step);
  return `${lines.join('\n')}\n= ${JSON.stringify(place.state)}`;
}
