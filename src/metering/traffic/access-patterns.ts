/**
 * All access patterns of a database, a bounded number of them: what comes when there is no room for more is counted for its table
 * and operation as a whole, and at last for its operation alone.
 */
import { accessPatternsMax, accessPatternTextLengthMax } from '../limits.ts'
import { AccessPattern, type PatternClauseTexts, type PatternName } from './access-pattern.ts'
import { type PatternMember, type RawForm, RawForms } from './raw-forms.ts'

export class AccessPatterns {
  readonly #forms = new RawForms()
  readonly #patterns = new Map<string, AccessPattern>()
  #lastId = 0
  #printedCount = 0

  /** Where the look-up of a request begins. */
  root(): RawForm {
    return this.#forms.root()
  }

  /** The pattern of this name, whatever form it was written in; remembers that `form` means it. */
  settle(form: RawForm, name: PatternName): AccessPattern {
    this.#printedCount += 1
    const pattern = this.#find(name)
    form.pattern = pattern
    return pattern
  }

  /** The same for what one member of a batch or a transaction is. */
  settleMember(form: RawForm, member: Omit<PatternMember, 'id'>): PatternMember {
    this.#printedCount += 1
    this.#lastId += 1
    form.member = { ...member, id: this.#lastId, text: clipped(member.text) }
    return form.member
  }

  /** How often a request had to be printed because its form was not known. */
  get printedCount(): number {
    return this.#printedCount
  }

  /** How many letters the forms take by which patterns are found. */
  get formLetters(): number {
    return this.#forms.letters
  }

  get count(): number {
    return this.#patterns.size
  }

  /** In the order in which they were first met. */
  all(): Iterable<AccessPattern> {
    return this.#patterns.values()
  }

  dropTables(tableIds: ReadonlySet<number>): void {
    const before = this.#patterns.size
    for (const [key, { name }] of this.#patterns) if (name.tableIds.some((id) => tableIds.has(id))) this.#patterns.delete(key)
    // Forms name tables by their ids, so none is wrong now; but they hold on to the patterns.
    if (this.#patterns.size < before) this.#forms.forget()
  }

  forget(): void {
    this.#patterns.clear()
    this.#forms.forget()
  }

  #find(name: PatternName): AccessPattern {
    const whole = name.isOther ? name : { ...name, clauses: clippedClauses(name.clauses) }
    const ofTable = otherOf(name, name.tableIds.slice(0, 1))
    const room = accessPatternsMax - this.#patterns.size
    if (room > 0 || this.#patterns.has(keyOf(whole))) return this.#patternOf(whole)
    if (room > -accessPatternsMax || this.#patterns.has(keyOf(ofTable))) return this.#patternOf(ofTable)
    return this.#patternOf(otherOf({ ...name, region: '', table: '' }, []))
  }

  #patternOf(name: PatternName): AccessPattern {
    const key = keyOf(name)
    let pattern = this.#patterns.get(key)
    if (pattern === undefined) {
      this.#lastId += 1
      pattern = new AccessPattern(this.#lastId, name)
      this.#patterns.set(key, pattern)
    }
    return pattern
  }
}

function otherOf(name: PatternName, tableIds: readonly number[]): PatternName {
  return { ...name, tableIds, index: undefined, clauses: {}, isOther: true }
}

/** Patterns with the same are one. */
export function keyOf({ operation, region, tableIds, index, clauses, isOther }: PatternName): string {
  return JSON.stringify([operation, region, tableIds, index ?? null, clauses, isOther])
}

function clippedClauses(clauses: PatternClauseTexts): PatternClauseTexts {
  const { members } = clauses
  const texts = Object.entries(clauses).filter(([, text]) => typeof text === 'string')
  const clippedTexts: PatternClauseTexts = Object.fromEntries(texts.map(([clause, text]) => [clause, clipped(text)]))
  return members === undefined ? clippedTexts : { ...clippedTexts, members }
}

function clipped(text: string): string {
  return text.length <= accessPatternTextLengthMax ? text : `${text.slice(0, accessPatternTextLengthMax)}…`
}
