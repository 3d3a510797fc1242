/**
 * Event patterns as EventBridge has them, which filters of event source mappings are: read once, and compiled to a function that is asked of
 * every event. The words of what is wrong with one are those of EventBridge (lambda-triggers.md §3).
 *
 *   pattern  = { name: pattern | [element, …], …, "$or": [pattern, pattern, …] }        every name must match, of "$or" one
 *   element  = text | number | true | false | null | { matcher }                        one of them must match
 *   matcher  = "prefix" | "suffix" | "equals-ignore-case" | "wildcard" | "anything-but" | "numeric" | "exists" | "cidr"
 *
 * A name that is not there, or has an object, has no leaf: only `exists: false` matches it. Of a list one element must match; of a list
 * of objects one object must have everything that the pattern says of it.
 */
import { isObject } from '../base/is-object.ts'
import { getOwn } from '../base/own.ts'
import { type LeafTest, leafTest } from './leaf-test.ts'
import { depthMax } from './limits.ts'
import { PatternError } from './pattern-error.ts'

/** Whether an event, the value of a JSON text, matches. */
export type EventTest = (event: unknown) => boolean

type JsonObject = { readonly [name: string]: unknown }

/** Throws PatternError. A pattern that names nothing matches everything. */
export function compileEventPattern(text: string): EventTest {
  const pattern = parsed(text)
  if (!isObject(pattern)) throw new PatternError('Filter is not an object')
  const test = objectTest(pattern, 0)
  return (event) => test(event, 0)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new PatternError('Filter is not valid JSON')
  }
}

/** What is asked of a value at a depth of the event. */
type NodeTest = (value: unknown, depth: number) => boolean

function objectTest(pattern: JsonObject, depth: number): NodeTest {
  if (depth > depthMax) throw new PatternError('Filter is nested too deeply')
  const members = Object.entries(pattern)
  if (members.length === 0 && depth > 0) throw new PatternError('Empty objects are not allowed')
  const tests = members.map(([name, value]) => (isChoice(name, value) ? choiceTest(value, depth) : memberTest(name, value, depth)))
  const ofObject = (value: unknown, at: number): boolean => tests.every((test) => test(value, at))
  const test: NodeTest = (value, at) => {
    if (at > depthMax) return ofObject(undefined, at)
    if (!Array.isArray(value)) return ofObject(value, at)
    const objects = value.flatMap((each: unknown) => (Array.isArray(each) || isObject(each) ? [each] : []))
    if (objects.length === 0) return ofObject(undefined, at)
    return objects.some((each) => (Array.isArray(each) ? test(each, at + 1) : ofObject(each, at)))
  }
  return test
}

/** `$or` with anything but several patterns is a name like any other. */
function isChoice(name: string, value: unknown): value is readonly JsonObject[] {
  return name === '$or' && Array.isArray(value) && value.length > 1 && value.every(isObject)
}

function choiceTest(patterns: readonly JsonObject[], depth: number): NodeTest {
  const tests = patterns.map((pattern) => objectTest(pattern, depth + 1))
  return (value, at) => tests.some((test) => test(value, at))
}

function memberTest(name: string, pattern: unknown, depth: number): NodeTest {
  const test = nodeTest(name, pattern, depth)
  return (value, at) => test(isObject(value) ? getOwn(value, name) : undefined, at + 1)
}

function nodeTest(name: string, pattern: unknown, depth: number): NodeTest {
  if (isObject(pattern)) return objectTest(pattern, depth + 1)
  if (!Array.isArray(pattern)) throw new PatternError(`"${name}" must be an object or an array`)
  if (pattern.length === 0) throw new PatternError('Empty arrays are not allowed')
  const tests = pattern.map(leafTest)
  return (value) => matchesLeaf(tests, value)
}

/** The leaves of a value: itself, or those of a list and of lists in it. */
function leavesOf(value: unknown): readonly unknown[] {
  if (value === undefined || isObject(value)) return []
  return Array.isArray(value) ? value.flat(depthMax).filter((each) => !isObject(each)) : [value]
}

function matchesLeaf(tests: readonly LeafTest[], value: unknown): boolean {
  const leaves = leavesOf(value)
  if (leaves.length === 0) return tests.some((test) => test(undefined))
  return tests.some((test) => leaves.some((leaf) => test(leaf)))
}
