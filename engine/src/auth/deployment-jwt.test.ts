import { mutationGeneric } from "convex/server";
import { v } from "convex/values";
import { createLocalJWKSet, jwtVerify } from "jose";
import { expect, it } from "vitest";
import { createFunctionApi } from "../http/api.ts";
import { openEngine } from "../testing/open-engine.ts";

const tokens = {
  sign: mutationGeneric({
    args: { claims: v.any(), seconds: v.number() },
    handler: (ctx, { claims, seconds }) => ctx.auth.signJwt({ claims, expiresInSeconds: seconds }),
  }),
};

it("a mutation signs tokens that anyone can verify with the deployment's published key", async () => {
  const engine = openEngine({ tokens }, { cloudUrl: "https://app.example" });
  const token: string = await engine.mutation("tokens:sign", { claims: { sub: "ada", roles: ["a"] }, seconds: 60 });
  const response = await createFunctionApi(engine).fetch(new Request("https://app.example/.well-known/jwks.json"));
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(await response.json()), {
    issuer: "https://app.example",
  });
  expect(protectedHeader.alg).toBe("ES256");
  expect(payload).toMatchObject({ sub: "ada", roles: ["a"] });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
});

it("claims that are the deployment's own to set are refused, and lives of more than an hour", async () => {
  const engine = openEngine({ tokens });
  const sign = (claims: Record<string, string>, seconds = 60) => engine.mutation("tokens:sign", { claims, seconds });
  await expect(sign({ iss: "me" })).rejects.toThrow('the claim "iss" is reserved');
  await expect(sign({ CvxRole: "x" })).rejects.toThrow('the claim "CvxRole" is reserved');
  await expect(sign({}, 3_601)).rejects.toThrow("expiresInSeconds");
});
