import { byteMask, type Redaction } from "../transport/trace/redaction.ts";
import { TEMPLATE_CODE } from "./sensor-reports.ts";

/** Type and length of a frame (`report-frames.ts`). */
const FRAME_HEAD = 3;
/** Code and quality of a template's report. */
const SHOWN = 2;

/** What a sensor tells, without the finger: of a template there is the quality, and how long it was. */
export const SENSOR_REDACTION: Redaction = () => ({ out: (bytes) => bytes, in: byteMask(frames) });

function* frames(): Generator<number, never, number> {
  let byte = yield 0;
  for (;;) {
    let length = 0;
    for (let at = 0; at < FRAME_HEAD; at++) {
      if (at > 0) length = (length << 8) | byte;
      byte = yield byte;
    }
    const template = byte === TEMPLATE_CODE;
    for (let at = 0; at < length; at++) byte = yield template && at >= SHOWN ? 0 : byte;
  }
}
