import { CounterfoilError, type Json } from '../../foundation/index.js';
import { type Contract, type ParseOptions, parseContract } from './contract.js';
import { faultsOf } from './faults.js';
import { readYaml } from './yaml.js';

/** What can be said of a text that is still being written. */
export interface Inspected {
  /** What is wrong with it, by line; `path` is empty where the text is not YAML. Empty for a sound contract. */
  faults: readonly { line: number; path: string; message: string }[];
  /** The document as JSON, also with faults, as long as the text is YAML. */
  json: Json | null;
  /** Present when there is no fault. */
  contract?: Contract;
}

/** Reads a contract and tells its faults as data. Throws what is no fault of the text: `limit.exceeded`. */
export function inspectContract(text: string, options: ParseOptions = {}): Inspected {
  try {
    const contract = parseContract(text, options);
    return { faults: [], json: contract.json, contract };
  } catch (error) {
    if (CounterfoilError.from(error).code !== 'contract.invalid') throw error;
    return { faults: faultsOf(error), json: jsonOf(text) };
  }
}

function jsonOf(text: string): Json | null {
  try {
    return readYaml(text).json;
  } catch {
    return null;
  }
}
