/** Forms of English words that no stemmer joins to their base: after each base what it becomes, where that is one word's alone. */
const FORMS =
  "arise arose arisen|awake awoke awoken|beat beaten|become became|begin began begun|bend bent|bite bit bitten|" +
  "bleed bled|blow blew blown|break broke broken|breed bred|bring brought|build built|burn burnt|buy bought|" +
  "catch caught|choose chose chosen|cling clung|come came|creep crept|deal dealt|dig dug|draw drew drawn|dream dreamt|" +
  "drink drank drunk|drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt|fight fought|find found|" +
  "flee fled|fling flung|fly flew flown|forbid forbade forbidden|forget forgot forgotten|forgive forgave forgiven|" +
  "freeze froze frozen|get got gotten|give gave given|go goes went gone|grow grew grown|hang hung|hear heard|" +
  "hide hid hidden|hold held|keep kept|kneel knelt|know knew known|lay laid|lead led|leap leapt|learn learnt|leave left|" +
  "lend lent|light lit|lose lost|make made|mean meant|meet met|pay paid|prove proven|ride rode ridden|ring rang rung|" +
  "rise risen|run ran|say said|see saw seen|seek sought|sell sold|send sent|sew sewn|shake shook shaken|shine shone|" +
  "shoot shot|show shown|shrink shrank shrunk|sing sang sung|sink sank sunk|sit sat|sleep slept|slide slid|" +
  "speak spoke spoken|speed sped|spend spent|spin spun|spring sprang sprung|stand stood|steal stole stolen|stick stuck|" +
  "sting stung|strike struck stricken|strive strove striven|swear swore sworn|sweep swept|swell swollen|swim swam swum|" +
  "swing swung|take took taken|teach taught|tear tore torn|tell told|think thought|throw threw thrown|" +
  "understand understood|wake woke woken|wear wore worn|weave wove woven|weep wept|win won|withdraw withdrew withdrawn|" +
  "write wrote written|child children|man men|woman women|foot feet|tooth teeth|mouse mice|goose geese|wife wives|" +
  "knife knives|half halves|shelf shelves|wolf wolves|loaf loaves|thief thieves|" +
  "analysis analyses analyse analysed analysing analyze analyzed analyzing|diagnosis diagnoses|hypothesis hypotheses|" +
  "crisis crises|thesis theses|synthesis syntheses|data datum|criterion criteria|phenomenon phenomena|index indices|" +
  "matrix matrices|vertex vertices|appendix appendices|bacterium bacteria|curriculum curricula|stimulus stimuli|" +
  "nucleus nuclei|cactus cacti|allergy allergic";

const bases: ReadonlyMap<string, string> = new Map(
  FORMS.split("|").flatMap((line) => {
    const [base = "", ...forms] = line.split(" ");
    return forms.map((form) => [form, base] as const);
  }),
);

/** "went" is a form of "go"; any other word is its own. */
export const baseFormOf = (word: string): string => bases.get(word) ?? word;
