import { CUSTOM_VKP80, EPSON_TM } from "../../drivers/receipt-printer/profile.ts";

/** What a simulated model is and does, apart from the commands that all of them share. */
export type PrinterModel = {
  readonly model: string;
  readonly dots: number;
  readonly presenter: boolean;
  readonly automaticStatus: "asb" | "full-status";
  readonly processId: boolean;
  readonly identity: { readonly [request: number]: string };
};

export const MODELS: { readonly [model: string]: PrinterModel } = {
  [EPSON_TM.model]: {
    model: EPSON_TM.model,
    dots: 576,
    presenter: false,
    automaticStatus: "asb",
    processId: true,
    identity: { 65: "4.07", 66: "EPSON", 67: "TM-T88V", 68: "SIM0000001" },
  },
  [CUSTOM_VKP80.model]: {
    model: CUSTOM_VKP80.model,
    dots: 576,
    presenter: true,
    automaticStatus: "full-status",
    processId: false,
    identity: {},
  },
};
