import { connect } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type LocalPages, localPages } from "./pages.ts";

let pages: LocalPages;
beforeEach(() => {
  // The clock alone: the sockets are real.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  pages = localPages(async (_, address) => new Response(address));
});
afterEach(async () => {
  await pages.close();
  vi.useRealTimers();
});

const MINUTE = 60_000;
const inMinutes = (count: number) => Date.now() + count * MINUTE;
const answers = (address: string | undefined) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(Number(new URL(`${address}`).port), "127.0.0.1", () => resolve(true));
    socket.on("connect", () => socket.destroy()).on("error", () => resolve(false));
  });

it("pages that are needed at the same time share one address", async () => {
  const [first, second] = await Promise.all([pages.open(inMinutes(10)), pages.open(inMinutes(15))]);
  expect(second).toBe(first);
  expect(await (await fetch(`${first}/secret/x`)).text()).toBe(first);
});

it("nothing listens any more when the last page's time is over", async () => {
  const address = await pages.open(inMinutes(15));
  await pages.open(inMinutes(10));
  vi.advanceTimersByTime(15 * MINUTE);
  expect(await answers(address)).toBe(true);
  vi.advanceTimersByTime(2 * MINUTE);
  await expect.poll(() => answers(address)).toBe(false);
});

it("the next page opens it anew", async () => {
  await pages.open(inMinutes(1));
  vi.advanceTimersByTime(3 * MINUTE);
  expect(await answers(await pages.open(inMinutes(10)))).toBe(true);
});
