import type { Json } from '../../foundation/index.js';
import type { Place, ReadYaml } from './yaml.js';

type Members = { readonly [key: string]: Json | undefined };

/** A part of a contract that knows where it stands, so that what is wrong with it can be said with line and path. */
export class ContractNode {
  readonly json: Json | undefined;
  readonly place: Place;
  readonly #document: ReadYaml;

  constructor(document: ReadYaml, json: Json | undefined, place: Place = []) {
    this.#document = document;
    this.json = json;
    this.place = place;
  }

  get isThere(): boolean {
    return this.json !== undefined && this.json !== null;
  }

  /** Member of an object; of anything else `contract.invalid`. */
  get(key: string): ContractNode {
    return new ContractNode(this.#document, this.isThere ? this.members()[key] : undefined, [...this.place, key]);
  }

  members(): Members {
    const { json } = this;
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Members;
    throw this.fault('an object is expected here');
  }

  /** Items of a list; none where there is nothing. */
  items(): ContractNode[] {
    if (!this.isThere) return [];
    if (!Array.isArray(this.json)) throw this.fault('a list is expected here');
    return (this.json as readonly Json[]).map(
      (item, at) => new ContractNode(this.#document, item, [...this.place, at]),
    );
  }

  /** Text, or undefined where there is nothing. */
  text(): string | undefined {
    if (!this.isThere) return undefined;
    if (typeof this.json !== 'string') throw this.fault('a text is expected here');
    return this.json;
  }

  neededText(): string {
    const text = this.text();
    if (text === undefined || text === '') throw this.fault('it is missing');
    return text;
  }

  number(): number | undefined {
    if (!this.isThere) return undefined;
    if (typeof this.json !== 'number' || !Number.isFinite(this.json)) throw this.fault('a number is expected here');
    return this.json;
  }

  flag(): boolean {
    if (!this.isThere) return false;
    if (typeof this.json !== 'boolean') throw this.fault('true or false is expected here');
    return this.json;
  }

  fault(what: string, cause?: unknown): Error {
    return this.#document.fault(this.place, what, cause);
  }
}
