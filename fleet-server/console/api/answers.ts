import { z } from "zod";
import { staffSchema } from "../../api/contract/access.ts";

/** `GET staff`. */
export const staffListSchema = z.strictObject({ staff: z.array(staffSchema) });
