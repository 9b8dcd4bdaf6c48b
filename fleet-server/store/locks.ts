/** Advisory locks of the database, by number: what several instances may do only one at a time. */
export const LOCKS = {
  audit: 4_200_001,
  alertTick: 4_200_002,
  prune: 4_200_003,
} as const;
