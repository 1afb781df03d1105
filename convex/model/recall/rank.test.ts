import { describe, expect, it } from "vitest";
import { marksOfDate, readEntry } from "./entry.ts";
import { readQuestion } from "./question.ts";
import { type Candidate, scoresOf } from "./rank.ts";

const HOUR = 60 * 60 * 1000;

function candidate(content: string, more: Partial<Candidate> & { near?: string } = {}): Candidate {
  const { near = "", ...fields } = more;
  const { stems, by, asks, dated, names } = readEntry(content, []);
  const occurredAt = more.occurredAt ?? Date.UTC(2026, 4, 8);
  return {
    lines: {
      own: stems.join(" "),
      by: by.join(" "),
      date: marksOfDate(occurredAt).join(" "),
      near: [near, ""],
      far: ["", ""],
      tags: "",
    },
    agent: "a",
    occurredAt,
    importance: 3,
    answers: false,
    ...{ asks, dated, names },
    ...fields,
  };
}

/** The order in which the ranker puts what the index gave. */
function ranked(query: string, candidates: Candidate[]): number[] {
  const scores = scoresOf(readQuestion(query), candidates);
  return candidates.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
}

describe("the ranker", () => {
  it("puts who says more of the question first", () => {
    expect(
      ranked("red lighthouse keeper", [candidate("The red boat."), candidate("The keeper of the red lighthouse.")]),
    ).toEqual([1, 0]);
  });

  it("prefers the rare word to the common one", () => {
    expect(ranked("boat fairlead", [candidate("A boat."), candidate("A fairlead.")])).toEqual([1, 0]);
  });

  it("takes a name for as rare as it is among what was found", () => {
    const thanks = () => candidate("Thanks, Ada.");
    const found = [thanks(), thanks(), thanks(), candidate("I bought it, the fairlead.")];
    expect(ranked("Where did Ada buy the fairlead?", found)[0]).toBe(3);
  });

  it("prefers the speaker who is named", () => {
    const found = [candidate("Ada: I saw the whale."), candidate("Bo: I saw the whale.")];
    expect(ranked("What did Bo see of the whale?", found)).toEqual([1, 0]);
  });

  it("prefers an answer, and what says when to a question about time", () => {
    const found = [candidate("Did the whale come?"), candidate("The whale came last Tuesday.", { answers: true })];
    expect(ranked("When did the whale come?", found)).toEqual([1, 0]);
  });

  it("prefers the day that is asked for", () => {
    const found = [
      candidate("We sailed.", { occurredAt: Date.UTC(2026, 2, 8) }),
      candidate("We sailed.", { occurredAt: Date.UTC(2026, 4, 9) }),
    ];
    expect(ranked("what sailed on 9 May 2026", found)).toEqual([1, 0]);
  });

  it("breaks a tie by importance, and buries no clear match for it", () => {
    const [plain, important] = [candidate("The whale.", { importance: 1 }), candidate("The whale.", { importance: 5 })];
    expect(ranked("whale", [plain, important])).toEqual([1, 0]);
    const clear = candidate("The whale has a name.", { importance: 1, occurredAt: Date.UTC(2020, 0, 1) });
    const loud = candidate("Nothing of it.", { importance: 5, near: "whale", occurredAt: Date.UTC(2026, 4, 8) });
    expect(ranked("whale name", [loud, clear])).toEqual([1, 0]);
  });

  it("takes entries of one agent within an hour for a session, whose best lifts the others", () => {
    const alone = candidate("The whale.", { agent: "b" });
    const beside = candidate("The whale.", { occurredAt: Date.UTC(2026, 4, 8) + HOUR / 2 });
    const best = candidate("The whale Ishmael saw.");
    expect(ranked("whale Ishmael", [best, alone, beside])).toEqual([0, 2, 1]);
  });

  it("lifts who speaks right beside the best more than who speaks elsewhere in its session", () => {
    const best = candidate("The whale Ishmael saw.");
    const answer = candidate("A white whale.");
    const other = candidate("A grey whale.");
    best.lines.near[1] = answer.lines.own;
    answer.lines.near[0] = best.lines.own;
    // What the answer is given by its neighbour's words alone, the other has as well.
    other.lines.near[0] = best.lines.own;
    expect(ranked("whale Ishmael", [best, other, answer])).toEqual([0, 2, 1]);
  });
});
