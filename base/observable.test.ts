import { expect, test } from "vitest";
import { Subject } from "./observable.ts";

test("listeners hear changes only, and no longer after they leave", () => {
  const subject = new Subject({ link: "absent" }, (a, b) => a.link === b.link);
  const heard: string[] = [];
  const leave = subject.subscribe(({ link }) => heard.push(link));
  subject.set({ link: "absent" });
  subject.set({ link: "connected" });
  leave();
  subject.set({ link: "absent" });
  expect(heard).toEqual(["connected"]);
});

test("a listener that leaves while it is told does not disturb the others", () => {
  const subject = new Subject(0);
  const heard: string[] = [];
  const leave = subject.subscribe(() => {
    heard.push("first");
    leave();
  });
  subject.subscribe(() => heard.push("second"));
  subject.set(1);
  subject.set(2);
  expect(heard).toEqual(["first", "second", "second"]);
});
