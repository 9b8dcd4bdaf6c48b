import { callMask } from "../transport/trace/call-mask.ts";
import { byteMask, hideText, type Mask, type Redaction } from "../transport/trace/redaction.ts";
import { FIRST_VALUE_TAG } from "./ipp/message.ts";

/** Version, operation or status, number of the request. */
const MESSAGE_HEAD = 8;
/** What a printer on an office's network tells of other people's jobs. */
const NAMES: ReadonlySet<string> = new Set([
  ...["job-name", "document-name", "requesting-user-name", "job-originating-user-name", "job-originating-host-name"],
]);
/** Of a kiosk's own jobs, which have no name but this and a number. */
const OWN = "ventanilla";

/** Documents are in no trace (`traced-link.ts`); of what the printer answers, names are hidden unless they are the kiosk's own. */
export const IPP_REDACTION: Redaction = () => ({
  out: callMask(() => show),
  in: callMask(({ kind }) => (kind === "answer" ? byteMask(message) : show)),
});

const show: Mask = (bytes) => bytes;

/** An encoded message (RFC 8010, 3.1): groups of attributes, a name once and then its values. */
function* message(): Generator<number, never, number> {
  let byte = yield 0;
  for (let at = 0; at < MESSAGE_HEAD; at++) byte = yield byte;
  let name = "";
  for (;;) {
    const tag = byte;
    byte = yield byte;
    if (tag < FIRST_VALUE_TAG) continue;
    let length = byte << 8;
    byte = yield byte;
    length |= byte;
    byte = yield byte;
    if (length > 0) name = "";
    for (; length > 0; length--) {
      name += String.fromCharCode(byte);
      byte = yield byte;
    }
    length = byte << 8;
    byte = yield byte;
    length |= byte;
    byte = yield byte;
    const hidden = NAMES.has(name);
    let own = true;
    for (let at = 0; at < length; at++) {
      own &&= at >= OWN.length || byte === OWN.charCodeAt(at);
      byte = yield !hidden || own ? byte : hideText(byte);
    }
  }
}
