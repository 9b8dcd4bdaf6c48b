import { expect, test } from "vitest";
import type { Alert } from "../../api/contract/kiosks.ts";
import { storyOf } from "./story.ts";

const alert = (
  code: string,
  axis: Alert["axis"],
  who: Alert["who"],
  severity: Alert["severity"] = "warning",
): Alert => ({
  ...{ id: code, kiosk: "arica-01", code, axis, severity, who, subject: "", detail: "", since: 0, until: null },
});
const out = alert("out-of-service", "service", "technician", "critical");
const paper = alert("printer-paper-empty", "devices", "attendant");
const old = alert("version-behind", "software", "none", "info");

test("a kiosk that is out of service for want of paper tells of the paper and who brings it", () => {
  expect(storyOf([out, old, paper])).toEqual({ lead: out, cause: paper });
});

test("without a known cause, and of what is no consequence, the worst alert stands alone", () => {
  expect(storyOf([out, old])).toEqual({ lead: out, cause: undefined });
  expect(storyOf([paper, old])).toEqual({ lead: paper, cause: undefined });
  expect(storyOf([])).toBeUndefined();
});

test("who looks for their own work is shown their own alert", () => {
  expect(storyOf([out, paper], "attendant")).toEqual({ lead: paper, cause: undefined });
});
