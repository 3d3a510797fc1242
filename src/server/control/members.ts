/** What a control request may say: its members, each of a kind, checked alike whether it came over HTTP or from a program. */

import { itemCollectionSizeBytesMax, partitionSizeBytesMax } from '../../api/limits.ts'
import { isRegionName } from '../../api/region-name.ts'
import { getOwn } from '../../base/own.ts'
import { heatMinutesMax } from '../../metering/limits.ts'
import { windowHoursMax } from '../../services/cost/observe-use.ts'
import { partitionUnitsMax, settableCountMax, settableDelayMsMax } from '../limits.ts'
import { throughputModes } from '../option-words.ts'
import { ControlError } from './control-error.ts'
import { timeMsOf } from './server-clock.ts'

type Kind =
  | 'boolean'
  | 'bytes'
  | 'clock offset'
  | 'collection size'
  | 'count'
  | 'hours'
  | 'milliseconds'
  | 'minutes'
  | 'name'
  | 'number'
  | 'object'
  | 'probability'
  | 'region'
  | 'throughput mode'
  | 'time'
  | 'time span'
  | 'units'

export interface Member {
  readonly kind: Kind
  readonly required?: true
  /** It may hold values of items: nobody keeps it who follows what is asked. */
  readonly holdsValues?: true
  /** What it does: a piece of a sentence for the documentation. */
  readonly does: string
}

/** A member for each of the input's. Which are required, and of which kind, is for the table to say. */
export type MembersOf<Input> = { readonly [Name in keyof Input]-?: Member }

const kinds: { readonly [Name in Kind]: { readonly expected: string; accepts(value: unknown): boolean } } = {
  boolean: { expected: 'true or false', accepts: (value) => typeof value === 'boolean' },
  'collection size': {
    expected: `a whole number of bytes from 1 to ${itemCollectionSizeBytesMax}`,
    accepts: (value) => isWholeNumber(value, 1, itemCollectionSizeBytesMax),
  },
  'clock offset': {
    expected: `a whole number of milliseconds from -${settableDelayMsMax} to ${settableDelayMsMax}`,
    accepts: (value) => isWholeNumber(value, -settableDelayMsMax, settableDelayMsMax),
  },
  count: { expected: `a whole number from 0 to ${settableCountMax}`, accepts: (value) => isWholeNumber(value, 0, settableCountMax) },
  hours: {
    expected: `a whole number of hours from 1 to ${windowHoursMax}`,
    accepts: (value) => isWholeNumber(fromQuery(value), 1, windowHoursMax),
  },
  milliseconds: {
    expected: `a whole number of milliseconds from 0 to ${settableDelayMsMax}`,
    accepts: (value) => isWholeNumber(value, 0, settableDelayMsMax),
  },
  minutes: {
    expected: `a whole number of minutes from 1 to ${heatMinutesMax}`,
    accepts: (value) => isWholeNumber(fromQuery(value), 1, heatMinutesMax),
  },
  name: { expected: 'a name', accepts: (value) => typeof value === 'string' && value !== '' },
  number: { expected: 'a whole number, not below 0', accepts: (value) => isWholeNumber(fromQuery(value), 0, Number.POSITIVE_INFINITY) },
  object: { expected: 'a JSON object', accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value) },
  probability: { expected: 'a number from 0 to 1', accepts: (value) => typeof value === 'number' && value >= 0 && value <= 1 },
  region: { expected: 'the name of a region such as us-east-1', accepts: (value) => typeof value === 'string' && isRegionName(value) },
  'throughput mode': { expected: throughputModes.expected, accepts: (value) => throughputModes.find(value) !== undefined },
  time: {
    expected: 'a time from 1970 to 9999 such as "2026-11-22T10:00:00Z", or a whole number of milliseconds since 1970',
    accepts: (value) => timeMsOf(value) !== undefined,
  },
  units: {
    expected: `a whole number of units from 1 to ${partitionUnitsMax}`,
    accepts: (value) => isWholeNumber(value, 1, partitionUnitsMax),
  },
  bytes: {
    expected: `a whole number of bytes from 1 to ${partitionSizeBytesMax}`,
    accepts: (value) => isWholeNumber(value, 1, partitionSizeBytesMax),
  },
  'time span': {
    expected: 'a whole number of milliseconds, not below 0',
    accepts: (value) => isWholeNumber(value, 0, Number.POSITIVE_INFINITY),
  },
}

/** The input, if it is one. Throws ControlError 400 for a member that is unknown, missing or of another kind. */
export function checkMembers<Input>(membersOfInput: MembersOf<Input>, input: unknown): Input {
  const members: { readonly [name: string]: Member } = membersOfInput
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw new ControlError(400, 'The request must be a JSON object.')
  const given = input as { readonly [name: string]: unknown }
  for (const name of Object.keys(given)) {
    const member = getOwn(members, name)
    if (member === undefined) throw new ControlError(400, `${JSON.stringify(name)} is not a member of this request: ${known(members)}.`)
    const { expected, accepts } = kinds[member.kind]
    if (given[name] === undefined && member.required === undefined) continue
    if (!accepts(given[name])) throw new ControlError(400, `${JSON.stringify(name)} must be ${expected}.`)
  }
  for (const [name, { required }] of Object.entries(members)) {
    if (required === true && !Object.hasOwn(given, name)) throw new ControlError(400, `${JSON.stringify(name)} is missing.`)
  }
  return given as Input
}

/** A query has nothing but texts. */
function fromQuery(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
}

function isWholeNumber(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max
}

function known(members: { readonly [name: string]: Member }): string {
  const names = Object.keys(members)
  return names.length === 0 ? 'it has none' : `it may have ${names.join(', ')}`
}
