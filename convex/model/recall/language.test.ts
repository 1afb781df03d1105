import { describe, expect, it } from "vitest";
import { stemsOf, wordsOf } from "./language.ts";

describe("words", () => {
  it("are lower case, without diacritics and punctuation", () => {
    expect(wordsOf("Café-Owner’s №7: naïve, ÅNGSTRÖM")).toEqual(["cafe", "owner", "s", "7", "naive", "angstrom"]);
  });

  it("of scripts without spaces are every two neighbouring characters", () => {
    expect(wordsOf("港口管理 is 東京")).toEqual(["港口", "口管", "管理", "is", "東京"]);
  });
});

describe("stems", () => {
  it("are the same for the forms of a word", () => {
    expect(stemsOf("painted paintings painter's")).toEqual(["paint", "paint", "painter"]);
    expect(new Set(stemsOf("decide decides deciding decided")).size).toBe(1);
  });

  it("leave out words that tell nothing, unless there are no others", () => {
    expect(stemsOf("What did she say to the harbour master?")).toEqual(["sai", "harbour", "master"]);
    expect(stemsOf("to be or not to be")).toEqual(["to", "be", "or", "not", "to", "be"]);
  });

  it("are an identifier's own and those of its parts", () => {
    expect(stemsOf("getUserById")).toEqual(["getuserbyid", "get", "user", "id"]);
    expect(stemsOf("MAX_BERTHS")).toEqual(["maxberth", "max", "berth"]);
    expect(stemsOf("parseHTTPHeader2Map")).toEqual(["parsehttpheader2map", "pars", "http", "header2", "map"]);
    expect(stemsOf("OAuth PostgreSQL")).toEqual(["oauth", "auth", "postgresql", "postgr", "sql"]);
    expect(stemsOf("db.query berth-list")).toEqual(["db", "queri", "berth", "list"]);
    expect(stemsOf("Harbour IDs __init__ 5K")).toEqual(["harbour", "id", "init", "5k"]);
  });

  it("are the same for the forms of a word that no rule joins", () => {
    expect(stemsOf("went wrote children")).toEqual(stemsOf("goes written child"));
    expect(stemsOf("analyses datum allergic indices")).toEqual(stemsOf("analysis data allergies index"));
    expect(stemsOf("the left bank, a rose, the ground")).toEqual(["leav", "bank", "rose", "ground"]);
  });

  it("are never longer than a term of the index, and end between characters", () => {
    for (const word of ["x".repeat(500), "ü".repeat(40), "и".repeat(40), "9".repeat(33), `${"é".repeat(10)}漢字`]) {
      for (const stem of stemsOf(word)) {
        expect(new TextEncoder().encode(stem).length).toBeLessThanOrEqual(32);
        expect(stem).not.toContain("\uFFFD");
      }
    }
  });
});
