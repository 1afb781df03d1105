/** Keys that a person made: who has one here has it there, told by its proof's hash. */
import type { ResultOf } from "@moorage/shared/contract";
import * as keys from "@moorage/shared/contracts/keys";
import * as transfer from "@moorage/shared/contracts/transfer";
import { itemsOf, pagesOf } from "../backend/pages.ts";
import type { Backend } from "../backend/types.ts";
import type { Ends } from "./carry-secrets.ts";

type KeyView = ResultOf<typeof keys.list>["keys"][number];

export async function carryKeys({ from, to }: Ends): Promise<number> {
  let carried = 0;
  for await (const page of pagesOf(from, transfer.exportKeys)) {
    if (page.keys.length > 0) await to.call(transfer.importKeys, { keys: page.keys });
    carried += page.keys.length;
  }
  return carried;
}

/** How many that work here are not known there. One that was ended there since is: it stays as it is. */
export async function missingKeys({ from, to }: Ends): Promise<number> {
  const known = new Set((await listed(to)).map(({ id }) => id));
  const alive = await itemsOf(pagesOf(from, transfer.exportKeys), (page) => page.keys);
  return alive.filter(({ id }) => !known.has(id)).length;
}

/** Those that have ended here, and work on there: nothing tells the other side of it but whoever ended them. */
export async function keysAliveThere({ from, to }: Ends): Promise<KeyView[]> {
  const ended = new Set((await listed(from)).filter((key) => !works(key)).map(({ id }) => id));
  return (await listed(to)).filter((key) => works(key) && ended.has(key.id));
}

const works = ({ status }: KeyView) => status === "live" || status === "rotating";

const listed = (backend: Backend) => itemsOf(pagesOf(backend, keys.list), (page) => page.keys);
