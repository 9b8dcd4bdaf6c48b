import { expect, test } from "vitest";
import { concat } from "../../base/bytes/bytes.ts";
import { CALL_HEAD, encodeCallFrame } from "../framing/call-frames.ts";
import { integers, texts, textsOf } from "./ipp/attributes.ts";
import { decodeMessage } from "./ipp/decode.ts";
import { encodeMessage } from "./ipp/encode.ts";
import { GROUP } from "./ipp/message.ts";
import { IPP_REDACTION } from "./redaction.ts";

const job = (id: number, name: string, user: string) => ({
  tag: GROUP.job,
  attributes: [
    integers("job-id", id),
    texts("nameWithoutLanguage", "job-name", name),
    texts("nameWithoutLanguage", "job-originating-user-name", user),
    texts("keyword", "job-state-reasons", "none", "job-queued"),
  ],
});

test("of a printer's list of jobs only the kiosk's own names are shown, wherever the answer is cut", () => {
  const answer = encodeMessage({
    ...{ version: [2, 0], code: 0, requestId: 7 },
    groups: [job(1, "ventanilla-0f3a", "ventanilla"), job(2, "Despido Rosa 2026", "rosa")],
  });
  const frame = encodeCallFrame({ kind: "answer", topic: 1, id: 1, payload: answer });
  const mask = IPP_REDACTION().in;
  const shown = concat([...frame].map((byte) => mask(Uint8Array.of(byte))));
  const decoded = decodeMessage(shown.subarray(CALL_HEAD));
  if (!decoded.ok) throw new Error(decoded.error.fault);
  const groups = decoded.value.message.groups;
  expect(groups.map((group) => textsOf(group, "job-name"))).toEqual([["ventanilla-0f3a"], ["Xxxxxxx Xxxx 0000"]]);
  expect(groups.map((group) => textsOf(group, "job-originating-user-name"))).toEqual([["ventanilla"], ["xxxx"]]);
  expect(groups.map((group) => textsOf(group, "job-state-reasons"))).toEqual([
    ["none", "job-queued"],
    ["none", "job-queued"],
  ]);
});
