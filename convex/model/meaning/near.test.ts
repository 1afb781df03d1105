import { describe, expect, it } from "vitest";
import { nearOf } from "./near.ts";

const near = (scores: number[], isAll = true) =>
  nearOf(
    scores.map((_score) => ({ _id: `${_score}`, _score })),
    { isAll },
  ).map(({ _score }) => _score);

describe("of what is nearest", () => {
  it.each([
    ["what the best leaves behind is left out", [0.5, 0.2, 0.15, 0.1, 0.05], [0.5]],
    ["so it is of a model whose angles are all small", [0.7, 0.62, 0.48, 0.42, 0.38], [0.7, 0.62]],
    ["what is as near as the best stays, however few there are", [0.6, 0.55], [0.6, 0.55]],
    ["the only one stays", [0.3], [0.3]],
    ["none is none", [], []],
  ])("%s", (_what, scores, kept) => expect(near(scores)).toEqual(kept));

  it("the farthest of a part says nothing of what is far", () => {
    expect(near([0.6, 0.55, 0.5, 0.45, 0.4], false)).toEqual([0.6, 0.55, 0.5, 0.45, 0.4]);
    expect(near([0.6, 0.4, 0.2], false)).toEqual([0.6, 0.4]);
  });
});
