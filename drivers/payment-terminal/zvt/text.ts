import { fromLatin1 } from "../../../base/bytes/bytes.ts";

/** Upper half of code page 437, the character set that every ZVT terminal must know (PA00P015, tag 14, value FF). */
const CP437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/** Values of tag 14 that a driver may ask for and a terminal may use. */
export const CHARACTER_SET = { latin1: 0x01, utf8: 0xfe, cp437: 0xff } as const;

/** Total: every byte is a character. @param set value of tag 14; whatever else is read as code page 437. */
export function decodeZvtText(bytes: Uint8Array, set: number = CHARACTER_SET.cp437): string {
  if (set === CHARACTER_SET.utf8) return new TextDecoder().decode(bytes);
  if (set === CHARACTER_SET.latin1) return fromLatin1(bytes);
  let text = "";
  for (const byte of bytes) text += byte < 0x80 ? String.fromCharCode(byte) : CP437.charAt(byte - 0x80);
  return text;
}

/** Text to code page 437; what it does not have becomes a question mark. */
export function encodeZvtText(text: string): Uint8Array {
  return Uint8Array.from([...text], (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) return code;
    const at = CP437.indexOf(character);
    return at < 0 ? 0x3f : 0x80 + at;
  });
}
