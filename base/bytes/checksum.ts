/** Longitudinal redundancy check: exclusive or of all bytes. */
export function lrc(bytes: Uint8Array): number {
  let check = 0;
  for (const byte of bytes) check ^= byte;
  return check;
}

/**
 * CRC-16 with reflected polynomial 8408, initial value 0, no final inversion (the form that ZVT's serial line uses;
 * catalogued as CRC-16/KERMIT).
 */
export function crc16Kermit(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  }
  return crc;
}

/**
 * CRC-16 with reflected polynomial A001 and initial value FFFF, as Modbus' serial line uses it (sent low byte first; catalogued as
 * CRC-16/MODBUS).
 */
export function crc16Modbus(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}
