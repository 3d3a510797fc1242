/**
 * Writes expressions of all four languages from their grammars (expressions.md §4 to §8), together with the placeholder maps
 * they need; now and then it breaks what it wrote. Sizes reach over every limit: 300 operators, 100 operands, 4,096 bytes.
 */
import type { Choices } from './choices.ts'
import { anyValue, attributeNames, soundValue, type WildJson, type WildObject, wrongValue } from './wild-values.ts'

const plainNames = ['title', 'tally', 'chunk', 'lit', 'gone', 'vocab', 'figures', 'chunks', 'series', 'tree', 'absent', '_x1']
const oddNames = [
  'pk',
  'sk',
  'word',
  'grade',
  'name',
  'size',
  'SET',
  'and',
  '__proto__',
  'constructor',
  'toString',
  'valueOf',
  'Ünicode',
  '1a',
  '',
]
const comparators = ['=', '<>', '<', '<=', '>', '>=']
const noise = [
  '',
  '(',
  ')',
  ',',
  '.',
  '[',
  ']',
  '[0]',
  '=',
  '==',
  '<>',
  '+',
  '-',
  ':',
  '#',
  ':v',
  '#n',
  'AND',
  'OR',
  'NOT',
  'IN',
  'BETWEEN',
  'SET',
  'foo(',
  '"',
  "'",
  '\u0000',
  '☃',
  '1',
  '  ',
  '\t\r\n',
]

/** One expression or several that share their placeholders, as those of one request do. */
export class ExpressionWriter {
  readonly #choices: Choices
  readonly #names = new Map<string, string>()
  readonly #values = new Map<string, WildJson>()

  constructor(choices: Choices) {
    this.#choices = choices
  }

  condition(): string {
    return this.#perhapsBroken(this.#choices.chance(3) ? this.#hugeCondition() : this.#anyCondition(0))
  }

  keyCondition(): string {
    const choices = this.#choices
    const partition = choices.chance(80) ? `pk = ${this.#valueOf({ S: `p${choices.below(4)}` })}` : `word = ${this.#valueOf({ S: 'a' })}`
    const sort = choices.pick([
      () => '',
      () => ` AND sk ${choices.pick(comparators)} ${this.#valueOf({ N: String(choices.below(4)) })}`,
      () => ` AND sk BETWEEN ${this.#valueOf({ N: '0' })} AND ${this.#valueOf({ N: String(choices.below(5)) })}`,
      () => ` AND grade > ${this.#valueOf({ N: '-1' })}`,
      () => ` AND begins_with(sk, ${this.#value()})`,
      () => ` AND ${this.#anyCondition(1)}`,
      () => ` AND (${this.#valueOf({ N: '1' })} ${choices.pick(comparators)} sk)`,
    ])()
    return this.#perhapsBroken(choices.chance(90) ? partition + sort : this.#anyCondition(0))
  }

  projection(): string {
    return this.#perhapsBroken(this.#choices.several(1, this.#choices.chance(2) ? 400 : 5, () => this.#path()).join(', '))
  }

  update(): string {
    const choices = this.#choices
    const sections = choices.several(1, 3, () =>
      choices.pick([
        () => `SET ${this.#clauses(() => `${this.#path()} = ${this.#assigned()}`)}`,
        () => `REMOVE ${this.#clauses(() => this.#path())}`,
        () => `ADD ${this.#clauses(() => this.#changedSet(true))}`,
        () => `DELETE ${this.#clauses(() => this.#changedSet(false))}`,
      ])(),
    )
    return this.#perhapsBroken((choices.chance(85) ? distinctSections(sections) : sections).join(' '))
  }

  /** ExpressionAttributeNames and ExpressionAttributeValues for what was written; sometimes too few, too many or ill-formed. */
  placeholders(): WildObject {
    const choices = this.#choices
    const members: WildObject = {}
    const names: WildObject = Object.fromEntries(this.#names)
    const values: WildObject = Object.fromEntries(this.#values)
    if (choices.chance(3)) spoilMap(choices, names, () => choices.pick([...attributeNames, '', 'x'.repeat(300)]))
    if (choices.chance(3)) spoilMap(choices, values, () => anyValue(choices))
    if (Object.keys(names).length > 0 || choices.chance(1)) members.ExpressionAttributeNames = names
    if (Object.keys(values).length > 0 || choices.chance(1)) members.ExpressionAttributeValues = values
    return members
  }

  #anyCondition(depth: number): string {
    const choices = this.#choices
    if (depth > 4 || choices.chance(50)) return this.#comparison()
    return choices.pick([
      () => `${this.#anyCondition(depth + 1)} ${choices.pick(['AND', 'OR', 'and', 'Or'])} ${this.#anyCondition(depth + 1)}`,
      () => `NOT ${this.#anyCondition(depth + 1)}`,
      () => `(${this.#anyCondition(depth + 1)} AND ${this.#comparison()})`,
      () => `(${this.#comparison()}) ${choices.pick(['AND', 'OR'])} ${this.#anyCondition(depth + 1)}`,
    ])()
  }

  #comparison(): string {
    const choices = this.#choices
    return choices.pick([
      () => `${this.#operand()} ${choices.pick(['=', '<>'])} ${this.#operand()}`,
      () => `${this.#path()} ${choices.pick(comparators)} ${this.#scalar()}`,
      () => `${this.#path()} BETWEEN ${this.#valueOf({ N: '-1' })} AND ${this.#valueOf({ N: choices.pick(['42', '-1', '-2']) })}`,
      () => `${this.#path()} BETWEEN ${this.#scalar()} AND ${this.#scalar()}`,
      () => `${this.#operand()} IN (${choices.several(1, choices.chance(3) ? 102 : 4, () => this.#operand()).join(', ')})`,
      () => `attribute_exists(${this.#path()})`,
      () => `attribute_not_exists(${this.#path()})`,
      () => `attribute_type(${this.#path()}, ${this.#valueOf({ S: choices.pick(['S', 'N', 'SS', 'L', 'M', 'NULL', 'X']) })})`,
      () => `begins_with(${this.#path()}, ${this.#valueOf(choices.pick([{ S: 'a' }, { B: 'AA==' }, { N: '1' }]))})`,
      () => `contains(${this.#path()}, ${this.#operand()})`,
    ])()
  }

  #operand(): string {
    return this.#choices.pick([
      () => this.#path(),
      () => this.#path(),
      () => this.#value(),
      () => this.#value(),
      () => `size(${this.#path()})`,
      () => `(${this.#path()})`,
    ])()
  }

  #assigned(): string {
    const choices = this.#choices
    const one = (): string =>
      choices.pick([
        () => this.#value(),
        () => this.#path(),
        () => `if_not_exists(${this.#path()}, ${this.#value()})`,
        () =>
          `list_append(${choices.chance(50) ? 'series' : this.#valueOf({ L: [soundValue(choices)] })}, ${this.#valueOf({ L: [{ S: 'x' }] })})`,
        () => `(${this.#value()})`,
      ])()
    if (choices.chance(20)) return `tally ${choices.pick(['+', '-'])} ${this.#valueOf({ N: choices.pick(['1', '1e125', '-1e-130']) })}`
    return choices.chance(10) ? `${one()} ${choices.pick(['+', '-'])} ${one()}` : one()
  }

  /** The operand of ADD and DELETE: most often a set that fits its attribute, or a number to add. */
  #changedSet(added: boolean): string {
    const choices = this.#choices
    if (choices.chance(10)) return `${this.#path()} ${this.#value()}`
    if (added && choices.chance(25)) return `tally ${this.#valueOf({ N: '1' })}`
    const [name, set] = choices.pick<[string, WildObject]>([
      ['vocab', { SS: ['a', 'z'] }],
      ['figures', { NS: ['0', '7'] }],
      ['chunks', { BS: ['AA==', 'AQ=='] }],
      ['absent', { SS: ['new'] }],
    ])
    return `${name} ${this.#valueOf(set)}`
  }

  #clauses(clause: () => string): string {
    return this.#choices.several(1, this.#choices.chance(2) ? 310 : 3, clause).join(', ')
  }

  #path(): string {
    const choices = this.#choices
    let path = choices.chance(25) ? choices.pick(['series', 'tree']) : this.#name()
    while (choices.chance(25))
      path += choices.chance(50)
        ? `[${choices.pick(choices.chance(95) ? ['0', '1', '7', '00'] : ['4294967296', '9'.repeat(40)])}]`
        : `.${this.#name()}`
    return choices.chance(1) ? path + choices.pick(['[0]', '.tree']).repeat(choices.pick([31, 32, 33, 500])) : path
  }

  #name(): string {
    const choices = this.#choices
    if (choices.chance(70)) return choices.pick(plainNames)
    if (choices.chance(6)) return choices.pick(oddNames)
    const placeholder = `#${choices.pick(['n', 'name', '0', '__proto__', 'constructor'])}${choices.below(4)}`
    if (!this.#names.has(placeholder)) this.#names.set(placeholder, choices.pick(attributeNames))
    return placeholder
  }

  #scalar(): string {
    return this.#valueOf(this.#choices.chance(90) ? this.#choices.pick([{ S: 'a' }, { N: '7' }, { B: 'AP8=' }]) : anyValue(this.#choices))
  }

  #value(): string {
    return this.#valueOf(anyValue(this.#choices))
  }

  #valueOf(value: WildJson): string {
    const placeholder = `:${this.#choices.pick(['v', 'value', '__proto__', 'toString'])}${this.#values.size}`
    this.#values.set(placeholder, value)
    return placeholder
  }

  #hugeCondition(): string {
    const choices = this.#choices
    const many = choices.pick([100, 299, 301, 1000])
    return choices.pick([
      () => Array.from({ length: many }, () => 'lit = gone').join(' AND '),
      () => `${'NOT '.repeat(many)}lit = title`,
      () => `${'('.repeat(many)}lit = title${')'.repeat(many)}`,
      () => `${'(lit = title OR '.repeat(many)}lit = word${')'.repeat(many)}`,
      () => `${'size('.repeat(many)}title${')'.repeat(many)} = title`,
      () => `title = ${'x'.repeat(many * 5)}`,
      () => `title = word${' '.repeat(many * 5)}`,
    ])()
  }

  #perhapsBroken(expression: string): string {
    const choices = this.#choices
    if (choices.chance(88)) return expression
    const tokens = expression.split(/(?<=[\s(),.=])/)
    const at = choices.below(tokens.length)
    const damage = choices.pick<() => unknown>([
      () => tokens.splice(at, 1),
      () => tokens.splice(at, 1, choices.pick(noise)),
      () => tokens.splice(at, 0, choices.pick(noise)),
      () => tokens.splice(at, tokens.length),
      () => tokens.push(...tokens),
      () => tokens.reverse(),
    ])
    damage()
    return tokens.join('')
  }
}

/** The first section of each kind: SET may stand only once. */
function distinctSections(sections: readonly string[]): readonly string[] {
  const kinds = new Map(sections.map((section) => [section.slice(0, 3), section]))
  return [...kinds.values()]
}

function spoilMap(choices: Choices, map: WildObject, spareValue: () => WildJson): void {
  const keys = Object.keys(map)
  const key = keys.length > 0 ? choices.pick(keys) : ':v0'
  switch (choices.below(5)) {
    case 0:
      delete map[key]
      break
    case 1:
      map[choices.pick([':unused', '#unused', 'plain', ':', '#', '', ':a-b', ':☃', '#a.b', `:${'x'.repeat(300)}`])] = spareValue()
      break
    case 2:
      map[key] = wrongValue(choices)
      break
    case 3:
      map[key] = null
      break
    default:
      for (const each of keys) delete map[each]
  }
}
