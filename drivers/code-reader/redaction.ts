import { hideText, type Redaction, SHOW_ALL } from "../transport/trace/redaction.ts";

/** A code is somebody's card: its letters and digits are hidden; terminators, punctuation and noise stay. */
export const CODE_READER_REDACTION: Redaction = () => ({
  out: SHOW_ALL().out,
  in: (bytes) => bytes.map(hideText),
});
