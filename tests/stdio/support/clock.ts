/** Loaded before the server's own code, in tests alone: its clock is so far ahead, as if nobody had run it meanwhile. */
const aheadMs = Number(process.env["TESTS_AHEAD_MS"] ?? 0);
const RealDate = globalThis.Date;
const realNow = RealDate.now;

RealDate.now = () => realNow() + aheadMs;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now()] : args, newTarget) as object,
});
