// A program that somebody else writes: it knows the generated client, and nothing of ours.
import { leavemsg, type Schemas } from "leavemsg-client";

declare const process: { env: Record<string, string | undefined> };

const url = process.env["LEAVEMSG_URL"] ?? "";
const visitor = leavemsg(url);
const program = leavemsg(url, process.env["LEAVEMSG_TOKEN"]);

function same<T>(found: T, wanted: T): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (one !== other) throw new Error(`${one} is not ${other}`);
}

function good<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

async function leave(content: string, key: string): Promise<string> {
  const body: Schemas["NewMessage"] = { visitor: { phone: "13800138000" }, message: { content } };
  const headers = { "Idempotency-Key": key };
  const params = { header: headers };
  const made = good(await visitor.POST("/api/v1/leavemsg/messages", { body, params }));
  if (!("uid" in made)) throw new Error("this is the answer to a dry run");
  return made.uid;
}

async function messages(): Promise<void> {
  const left: string[] = [];
  for (const number of [0, 1, 2]) {
    const key = crypto.randomUUID();
    left.push(await leave(`Price of ${number}? ${key}`, key));
    same(await leave(`Price of ${number}? ${key}`, key), left[number] ?? "");
  }
  const query = { status: "pending", limit: 2 } as const;
  const first = good(await program.GET("/api/v1/leavemsg/messages", { params: { query } }));
  same(first.items.map((each) => each.uid), [left[2], left[1]]);
  const cursor = first.next_cursor ?? "";
  const rest = good(
    await program.GET("/api/v1/leavemsg/messages", { params: { query: { ...query, cursor } } }),
  );
  same(rest.items[0]?.uid, left[0]);

  const path = { uid: left[0] ?? "" };
  const read = await program.GET("/api/v1/leavemsg/messages/{uid}", { params: { path } });
  const tag = read.response.headers.get("etag") ?? "";
  const act = {
    params: { path, header: { "If-Match": tag } },
    body: { outcome: "phone", note: "Called back" },
  };
  const done = good(await program.POST("/api/v1/leavemsg/messages/{uid}/handle", act));
  same([done.status, done.handled_by], ["handled", "use.js"]);
  const late = await program.POST("/api/v1/leavemsg/messages/{uid}/handle", act);
  same([late.error?.status, late.error?.code], [412, "stale"]);
}

async function refusals(): Promise<void> {
  const body = { visitor: { phone: "abc" }, message: { content: "" } };
  const refused = await visitor.POST("/api/v1/leavemsg/messages", { body });
  const pointers = refused.error?.errors?.map((each) => each.pointer);
  same(pointers, ["/message/content", "/visitor/phone"]);
  const unknown = await leavemsg(url, `lm_${"x".repeat(40)}`).GET("/api/v1/leavemsg/stats");
  same(unknown.error?.code, "token_invalid");
}

async function settings(): Promise<void> {
  const hook: Schemas["Custom"] = {
    type: "custom",
    name: "ERP",
    webhook_url: "http://127.0.0.1:9/erp",
    enabled: false,
  };
  const added = good(await program.POST("/api/v1/leavemsg/channels", { body: hook }));
  if (added.type !== "custom") throw new Error(added.type);
  same(added.webhook_url.startsWith("http"), true);
  const presence = await program.PUT("/api/v1/leavemsg/presence", { body: { agents_online: 2 } });
  same(good(presence).state, "online");
}

await messages();
await refusals();
await settings();
console.log("TypeScript: left, listed, paged, handled, refused, configured, as generated");
