import { readFileSync } from "node:fs";
import { createProcessLogger } from "../../../../base/node/log.ts";
import { ok } from "../../../../base/result.ts";
import { runProcess } from "../../../../fleet-agent/process.ts";
import { GuardStandIn, IdentityStandIn, type Papers, SoftwareStandIn } from "./stand-ins.ts";

/** The agent as a process, with stand-ins for identity and updates: `VENTANILLA_TEST_PAPERS` names the file of what an enrolment leaves. */
await runProcess({
  version: "0.1.0",
  log: createProcessLogger("agent"),
  compose: async () => {
    const papers = JSON.parse(readFileSync(process.env.VENTANILLA_TEST_PAPERS ?? "", "utf8")) as Papers;
    return ok({
      identity: new IdentityStandIn(papers),
      software: new SoftwareStandIn(),
      guard: new GuardStandIn(),
    });
  },
});
