import { type Dictionary, parseDictionary, serializeDictionary } from "structured-headers";

/** Far above what a signature of ours needs. */
const LONGEST = 4_096;

/**
 * A structured field of type dictionary (RFC 9651), or undefined when it is not one in the very form that a serialiser writes. The
 * parser alone would take the last of two members with one name, and two spellings of one byte sequence.
 */
export function parseCanonicalDictionary(value: string): Dictionary | undefined {
  if (value.length > LONGEST) return undefined;
  try {
    const dictionary = parseDictionary(value);
    return serializeDictionary(dictionary) === value ? dictionary : undefined;
  } catch {
    return undefined;
  }
}
