import type { FastifyInstance } from "fastify";
import { type LoginBegun, loginIdSchema, loginRequestSchema } from "../../base/contracts/phone-login.ts";
import { coded } from "../../base/registry/coded-error.ts";
import type { Logins } from "../login/logins.ts";
import { badInput, refuse } from "./answers.ts";

type Id = { readonly Params: { readonly id: string } };

/**
 * `/v1/logins/<id>`: the kiosk's side of a login on the phone.
 *
 * @param logins absent where no ClaveÚnica is configured.
 */
export function kioskLoginRoutes(app: FastifyInstance, logins: Logins | undefined, publicUrl: () => string): void {
  if (logins === undefined) return;

  app.put<Id>("/logins/:id", async (request, reply) => {
    request.told.operation = "login.begin";
    const id = loginIdSchema.safeParse(request.params.id);
    if (!id.success) return refuse(reply, 400, coded("common.bad-input", "id"));
    const body = loginRequestSchema.safeParse(request.body);
    if (!body.success) return refuse(reply, 400, badInput(body.error));
    const begun = logins.begin(request.kiosk, id.data, body.data);
    request.told.outcome = "ok";
    return { ...begun, url: `${publicUrl()}/c/${begun.code}` } satisfies LoginBegun;
  });

  app.get<Id>("/logins/:id", async (request) => {
    const state = logins.state(request.kiosk, request.params.id);
    request.told = { operation: "login.state", outcome: state.state };
    return state;
  });

  app.delete<Id>("/logins/:id", async (request) => {
    logins.cancel(request.kiosk, request.params.id);
    request.told = { operation: "login.cancel", outcome: "ok" };
    return { cancelled: true };
  });
}
