import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";

export type { components, operations, paths } from "./schema.js";

/** The things of the API by name: `Schemas["Message"]`. */
export type Schemas = components["schemas"];

/** Every answer is `{ data, error, response }`; an error is a problem with `code` and `detail`. */
export function leavemsg(baseUrl: string, token?: string): Client<paths> {
  return createClient<paths>({
    baseUrl,
    headers: token ? { Authorization: `Bearer ${token}` } : {},
  });
}
