/** Result codes that the simulated terminal ends with (PA00P015, chapter 10). */
export const CODE = {
  declined: 0x05,
  aborted: 0x6c,
  wrongCurrency: 0x6f,
  notPossible: 0x83,
  wait: 0x9c,
  alreadyReversed: 0xb4,
  reversalNotPossible: 0xb5,
} as const;
