type Child = Node | string | null | undefined;

/** An element with text and children. Everything from a bundle goes in as text, never as markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no ${id}`);
  return element;
}

/** A table with a header row; where the page is narrow, each row becomes a list of its cells with their labels. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly Child[])[],
  classes: readonly string[] = [],
): HTMLElement {
  const body = rows.map((row) =>
    el(
      'tr',
      {},
      ...row.map((cell, i) => {
        const named: Record<string, string> = classes[i] === undefined ? {} : { class: classes[i] };
        return el('td', { 'data-label': heads[i] ?? '', ...named }, cell);
      }),
    ),
  );
  const head = el('tr', {}, ...heads.map((text) => el('th', { scope: 'col' }, text)));
  return el('div', { class: 'scroll' }, el('table', {}, el('thead', {}, head), el('tbody', {}, ...body)));
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
