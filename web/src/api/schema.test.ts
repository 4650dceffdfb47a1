// The generated schema is what docs/openapi.json says: after a change of the server's routes run `make api`.
import { readFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, it } from "vitest";

it("schema.gen.ts is fresh", async () => {
  const description = new URL("../../../docs/openapi.json", import.meta.url);
  const committed = readFileSync(new URL("./schema.gen.ts", import.meta.url), "utf8");
  const generated = astToString(await openapiTS(description));
  expect(committed.endsWith(generated), "stale: run `make api`").toBe(true);
});
