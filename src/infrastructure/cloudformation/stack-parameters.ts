/** The values of a template's parameters: given, or its defaults. */
import { elementsOf, memberOf, scalarOf, type Tree, textOf } from '../documents/tree.ts'
import type { ImportOptions } from '../import-options.ts'
import { patternRepetitionsMax, patternTextLengthMax } from '../limits.ts'

export interface ParameterValue {
  readonly value: Tree
  /** Something that CloudFormation would not take. */
  readonly doubt?: string
}

/** `given`: what was said, or handed down by the stack around this one. Undefined when there is no such parameter. */
export function parameterValue(
  root: Tree,
  name: string,
  given: Tree | undefined,
  { resolutions }: Pick<ImportOptions, 'resolutions'>,
): ParameterValue | undefined {
  const declared = memberOf(root, 'Parameters', name)
  if (declared === undefined) return undefined
  const { place } = declared
  const type = textOf(memberOf(declared, 'Type')) ?? 'String'
  const byDefault = memberOf(declared, 'Default')
  const said = given ?? byDefault
  const unknown = (text: string, why: string, hint: string): ParameterValue => ({
    value: { kind: 'unresolved', text, why, hint, place },
  })
  if (said === undefined) return unknown(`the parameter ${name}`, 'which has no default', `Give --parameter ${name}=VALUE.`)
  if (said.kind === 'unresolved') return { value: said }
  // The value of such a parameter is where the value stands.
  if (type.startsWith('AWS::SSM::Parameter::Value<')) {
    const path = textOf(said) ?? ''
    const found = resolutions.get(`ssm:${path}`)
    if (found === undefined) {
      return unknown(`the parameter ${name}`, `whose value stands in the Parameter Store at ${path}`, `Give --resolve ssm:${path}=VALUE.`)
    }
    return { value: typed(scalarOf(found, place), /<(List<.*|CommaDelimitedList)>$/.test(type)) }
  }
  const value = typed(said, /^(List<|CommaDelimitedList)/.test(type))
  const doubt = doubtAbout(declared, name, said)
  return { value, ...(doubt !== undefined && { doubt }) }
}

function typed(value: Tree, isList: boolean): Tree {
  const text = textOf(value)
  if (!isList || text === undefined) return value
  const parts = text === '' ? [] : text.split(',')
  return { kind: 'list', elements: parts.map((part) => scalarOf(part.trim(), value.place)), place: value.place }
}

function doubtAbout(declared: Tree, name: string, said: Tree): string | undefined {
  const text = textOf(said)
  const allowed = elementsOf(memberOf(declared, 'AllowedValues')).map((each) => textOf(each))
  if (text === undefined) return undefined
  if (allowed.length > 0 && !allowed.includes(text)) return `${text} is none of the values that the parameter ${name} allows`
  const pattern = textOf(memberOf(declared, 'AllowedPattern'))
  if (pattern === undefined || isMatched(pattern, text)) return undefined
  return `${text} does not fit the pattern that the parameter ${name} has`
}

/** Patterns that JavaScript does not know are not looked at, nor are those that could take long: a file may be anybody's. */
function isMatched(pattern: string, text: string): boolean {
  const repetitions = pattern.match(/[*+{]/g) ?? []
  if (pattern.includes('(') || repetitions.length > patternRepetitionsMax || text.length > patternTextLengthMax) return true
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(text)
  } catch {
    return true
  }
}
