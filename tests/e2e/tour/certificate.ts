import type { Citizen } from "../../support/citizen.ts";
import type { Operator } from "../../support/operator.ts";
import { takesPapers } from "./bono.ts";

/** A birth certificate in English, the RUN typed, with help asked on the way. */
export async function certificateInEnglish(citizen: Citizen, operator: Operator): Promise<void> {
  await citizen.sees("attract");
  await citizen.touches("SET_LOCALE", "English");
  await citizen.sees("services");
  await citizen.touches("OPEN_SERVICE", /birth/i);
  await citizen.sees("inform");
  await citizen.touches("HELP");
  await citizen.sees("inform");
  await citizen.touches("CLOSE_HELP");
  await citizen.touches("CONTINUE");
  await citizen.sees("identify");
  await citizen.touches("TYPE_RUN");
  await citizen.sees("ask");
  await citizen.types("123456785");
  await citizen.touches("SUBMIT");
  await citizen.sees("choose");
  await citizen.touches("SELECT");
  await citizen.sees("consent");
  await citizen.touches("ACCEPT");
  await citizen.sees("review");
  await citizen.touches("CONFIRM");
  await citizen.sees("deliver");
  await takesPapers(operator, 1);
  await citizen.sees("choose", /phone/);
  await citizen.touches("SELECT", /QR/);
  await citizen.sees("hand-off");
  await citizen.touches("CONTINUE");
  await citizen.sees("survey");
  await citizen.touches("SELECT", /^6/);
  await citizen.sees("finish");
  await citizen.touches("FINISH");
  await citizen.sees("attract");
}
