import { describe, expect, it } from "vitest";
import { readQuestion } from "./question.ts";

const terms = (query: string) => readQuestion(query).search.split(" ");

describe("a question", () => {
  it("looks for its stems, and for those it may name as speakers", () => {
    expect(terms("What did Caroline paint?")).toEqual(["carolin", "paint", "bycarolin", "0end"]);
    expect(terms("what did caroline paint")).toEqual(["carolin", "paint", "bycarolin", "0end"]);
  });

  it("takes a common word for a name where it has a capital", () => {
    expect(terms("did mark sail")).not.toContain("bymark");
    expect(terms("did Mark sail")).toContain("bymark");
  });

  it("keeps its rarest stems where it has more than the index looks for", () => {
    const everyday = "house water money family morning school friend summer doctor dinner street letter window garden";
    const found = terms(`${everyday} bollard hawser fairlead`);
    expect(found).toHaveLength(16);
    expect(found).toEqual(expect.arrayContaining(["bollard", "hawser", "fairlead", "0end"]));
  });

  it("does not look for what stands in every other entry where enough remains", () => {
    expect(terms("get a bollard, a hawser and a fairlead")).not.toContain("get");
    expect(terms("get a bollard")).toContain("get");
  });

  it.each([
    ["what happened on 8 May 2026", ["onmai", "on2026", "on8mai"], ["onmai2026", "on8mai"]],
    ["what happened on 2026-05-08", ["onmai", "on2026", "on8mai"], ["onmai2026", "on8mai"]],
    ["what happened in May", ["onmai"], ["onmai"]],
    ["what happened on May 8", ["onmai", "on8mai"], ["on8mai"]],
    ["berth 8", [], []],
  ])("knows the date in %j, and looks for the narrowest mark of it", (query, dates, searched) => {
    expect([...readQuestion(query).dates.keys()]).toEqual(dates);
    expect(terms(query).filter((term) => /^on./.test(term))).toEqual(searched);
  });

  it("asks when by the words for it", () => {
    expect(readQuestion("When did we sail?").asksWhen).toBe(true);
    expect(readQuestion("Who sailed?").asksWhen).toBe(false);
  });

  it("asks for an identifier's parts, but not as speakers", () => {
    expect(terms("who calls LeBron now")).toEqual(["call", "lebron", "le", "bron", "now", "bylebron", "0end"]);
    expect([...readQuestion("getUserById").parts]).toEqual(["get", "user", "id"]);
  });

  it("of one or two words takes the last for the beginning of a word", () => {
    expect(readQuestion("auth")).toMatchObject({ search: "auth byauth auth", beginning: "auth" });
    expect(readQuestion("user auth").beginning).toBe("auth");
    for (const query of ["where is auth", "getUserById", "db", "7"]) {
      expect(readQuestion(query)).not.toHaveProperty("beginning");
    }
  });

  it("of any length and content asks for at most sixteen terms", () => {
    for (const query of [
      "?!",
      "港口管理员在哪里",
      "a".repeat(2000),
      "Ada Bo Cy Di Ed Fi Gus Hal Ivo Jo Kai Lu Mo Ned Oz Pia",
    ]) {
      expect(terms(query).length).toBeLessThanOrEqual(16);
    }
  });
});
