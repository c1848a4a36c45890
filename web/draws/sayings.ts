/**
 * What there is to say of a draw. The checks name a sentence and its facts; the page holds the sentences in its language,
 * so what computes needs no page, and no language has a script of its own.
 */

/** Every sentence by its name, and the facts that stand in it. */
interface FactsOf {
  // Why a file is not to the letter of its format: clauses without a full stop.
  "file-missing": never;
  "not-utf-8": never;
  "not-json": never;
  "not-one-object": never;
  "not-canonical": never;
  "not-safe-integer": never;
  "not-characters": never;
  "name-not-allowed": never;
  "member-missing": "name";
  "member-wrong": "name";
  "no-last-newline": never;
  "header-wrong": "header";
  "line-wrong": "line" | "header";
  "position-wrong": "line" | "position";
  "line-out-of-order": "line";
  // What the checks found.
  "malformed": "name" | "why";
  "well-formed": never;
  "receipts-twice": "receipts";
  "groups-twice": "groups";
  "above-limit": "units" | "receipts";
  "list-fine": never;
  "root-fine": never;
  "root-wrong": "root";
  "frozen-missing": never;
  "frozen-fine": never;
  "frozen-compare": never;
  "member-changed": "name" | "before" | "now";
  "secrets-miscounted": "commitments" | "reveals";
  "secret-unopened": "number";
  "secret-wrong": "number";
  "secrets-fine": "commitments" | "opened";
  "beacon-fine": never;
  "beacon-wrong": never;
  "signature-fine": "round";
  "signature-wrong": "round";
  "statement-wrong": "begins";
  "statement-compare": "statement";
  "results-missing": "receipts";
  "results-foreign": "receipts";
  "results-wrong": "count" | "results";
  "result-wrong": "receipt" | "published" | "computed";
  "results-fine": never;
  "total": "due" | "given";
  "waitlist-missing": never;
  "waitlist-wrong": "position";
  "waitlist-short": "position";
  "waitlist-fine": "count";
  "counts-missing": never;
  "counts": "received" | "rows" | "voided" | "lines";
  "and-more": "names" | "count";
  "separator": never;
  "absent": never;
  // Why a receipt got what it got.
  "why-ticket": never;
  "why-rank": "rows" | "rank";
  "why-enough": "demand" | "budget";
  "why-level": "level";
  "why-one-each": never;
  "why-as-asked": "units";
  "why-used-up": never;
  "why-rest": "rank";
  "why-in-time": never;
  "why-too-late": never;
  "why-in-turn": "rank";
  "why-before": never;
  "why-after": never;
  "why-partly": "units";
  // What the page says around it.
  "receipt-wanted": never;
  "fetching": never;
  "computing": never;
  "computed": never;
  "failed": never;
  "failed-next": never;
  "V1": never;
  "V2": never;
  "V3": never;
  "V4": never;
  "V5": never;
  "V6": never;
  "V7": never;
  "V8": never;
  "V9": never;
  "V10": never;
  "V11": never;
  "OK": never;
  "BAD": never;
  "SKIP": never;
  "NOTE": never;
  "verdict-good": never;
  "verdict-bad": never;
  "verdict-bad-next": never;
  "verdict-skipped": "count";
  "took": "seconds";
  "print-frozen": never;
  "print-list": never;
  "print-seed": never;
  "print-none": never;
  "closed-list-malformed": never;
  "closed-list-fine": "rows";
  "closed-list-wrong": never;
  "closed-list-root": "root";
  "listed": never;
  "listed-next": "units";
  "won": "units";
  "not-won": never;
  "not-as-computed": never;
  "unpublished": "units";
  "published-otherwise": "units" | "published";
  "receipt": never;
  "ticket": never;
  "rank": never;
  "rank-of": "rows" | "rank";
  "asked": never;
  "result": never;
  "units": "units";
  "waiting": never;
  "waiting-none": never;
  "waiting-from": "position";
  "why": never;
  "nowhere": never;
  "nowhere-typed": never;
  "nowhere-household": never;
  "nowhere-void": never;
  "nowhere-next": never;
}

export type SentenceName = keyof FactsOf;

/** A fact is a text, a number, something that is said itself, or several of them. */
export type Fact = string | number | Saying | readonly Fact[];

/** A sentence of the page, and its facts. */
export interface Saying {
  says: SentenceName;
  facts: Readonly<Record<string, Fact>>;
}

type Facts<Name extends SentenceName> = [FactsOf[Name]] extends [never] ? [] : [facts: Record<FactsOf[Name], Fact>];

/** Name a sentence, with exactly its facts. */
export function saying<Name extends SentenceName>(says: Name, ...[facts]: Facts<Name>): Saying {
  return { says, facts: facts ?? {} };
}

/** The first five of many names, and how many more there are. */
export function firstFive(names: readonly Fact[]): Fact {
  return names.length > 5 ? saying("and-more", { names: names.slice(0, 5), count: names.length - 5 }) : names;
}
